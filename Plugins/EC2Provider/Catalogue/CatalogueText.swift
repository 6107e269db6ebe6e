/// Machine types with what they have and what they cost on demand in us-east-1; written by `dev/ec2-catalogue`, read by ``CatalogueReader``.
///
/// A line is `family architecture flags GPU: size vCPUs GiB USD/h [GPUs], …`; flags are `c` for the current generation and `s` for spot; a GPU is
/// `maker/model/MiB`; `-` is none or unknown. It is text, so that it costs nothing until somebody asks for a price.
enum CatalogueText {
  /// The day of the prices.
  static let date = "2026-07-20"
  /// Where the prices are from.
  static let source = "AWS list price"
  /// The types.
  static let types = """
    a1 aarch64 s -: medium 1 2 0.0255, large 2 4 0.051, xlarge 4 8 0.102, 2xlarge 8 16 0.204, 4xlarge 16 32 0.408, metal 16 32 0.408
    c1 x86_64 s -: medium 2 1.699 0.13, xlarge 8 7 0.52
    c3 x86_64 s -: large 2 3.75 0.105, xlarge 4 7.5 0.21, 2xlarge 8 15 0.42, 4xlarge 16 30 0.84, 8xlarge 32 60 1.68
    c4 x86_64 s -: large 2 3.75 0.1, xlarge 4 7.5 0.199, 2xlarge 8 15 0.398, 4xlarge 16 30 0.796, 8xlarge 36 60 1.591
    c5 x86_64 s -: large 2 4 0.085, xlarge 4 8 0.17, 2xlarge 8 16 0.34, 4xlarge 16 32 0.68, 9xlarge 36 72 1.53, 12xlarge 48 96 2.04,
      18xlarge 72 144 3.06, 24xlarge 96 192 4.08, metal 96 192 4.08
    c5a x86_64 cs -: large 2 4 0.077, xlarge 4 8 0.154, 2xlarge 8 16 0.308, 4xlarge 16 32 0.616, 8xlarge 32 64 1.232, 12xlarge 48 96
      1.848, 16xlarge 64 128 2.464, 24xlarge 96 192 3.696
    c5ad x86_64 cs -: large 2 4 0.086, xlarge 4 8 0.172, 2xlarge 8 16 0.344, 4xlarge 16 32 0.688, 8xlarge 32 64 1.376, 12xlarge 48 96
      2.064, 16xlarge 64 128 2.752, 24xlarge 96 192 4.128
    c5d x86_64 cs -: large 2 4 0.096, xlarge 4 8 0.192, 2xlarge 8 16 0.384, 4xlarge 16 32 0.768, 9xlarge 36 72 1.728, 12xlarge 48 96
      2.304, 18xlarge 72 144 3.456, 24xlarge 96 192 4.608, metal 96 192 4.608
    c5n x86_64 cs -: large 2 5.25 0.108, xlarge 4 10.5 0.216, 2xlarge 8 21 0.432, 4xlarge 16 42 0.864, 9xlarge 36 96 1.944, 18xlarge 72
      192 3.888, metal 72 192 3.888
    c6a x86_64 cs -: large 2 4 0.0765, xlarge 4 8 0.153, 2xlarge 8 16 0.306, 4xlarge 16 32 0.612, 8xlarge 32 64 1.224, 12xlarge 48 96
      1.836, 16xlarge 64 128 2.448, 24xlarge 96 192 3.672, 32xlarge 128 256 4.896, 48xlarge 192 384 7.344, metal 192 384 7.344
    c6g aarch64 cs -: medium 1 2 0.034, large 2 4 0.068, xlarge 4 8 0.136, 2xlarge 8 16 0.272, 4xlarge 16 32 0.544, 8xlarge 32 64 1.088,
      12xlarge 48 96 1.632, 16xlarge 64 128 2.176, metal 64 128 2.3066
    c6gd aarch64 cs -: medium 1 2 0.0384, large 2 4 0.0768, xlarge 4 8 0.1536, 2xlarge 8 16 0.3072, 4xlarge 16 32 0.6144, 8xlarge 32 64
      1.2288, 12xlarge 48 96 1.8432, 16xlarge 64 128 2.4576, metal 64 128 2.6051
    c6gn aarch64 s -: medium 1 2 0.0432, large 2 4 0.0864, xlarge 4 8 0.1728, 2xlarge 8 16 0.3456, 4xlarge 16 32 0.6912, 8xlarge 32 64
      1.3824, 12xlarge 48 96 2.0736, 16xlarge 64 128 2.7648
    c6i x86_64 cs -: large 2 4 0.085, xlarge 4 8 0.17, 2xlarge 8 16 0.34, 4xlarge 16 32 0.68, 8xlarge 32 64 1.36, 12xlarge 48 96 2.04,
      16xlarge 64 128 2.72, 24xlarge 96 192 4.08, 32xlarge 128 256 5.44, metal 128 256 5.44
    c6id x86_64 cs -: large 2 4 0.1008, xlarge 4 8 0.2016, 2xlarge 8 16 0.4032, 4xlarge 16 32 0.8064, 8xlarge 32 64 1.6128, 12xlarge 48 96
      2.4192, 16xlarge 64 128 3.2256, 24xlarge 96 192 4.8384, 32xlarge 128 256 6.4512, metal 128 256 6.4512
    c6in x86_64 cs -: large 2 4 0.1134, xlarge 4 8 0.2268, 2xlarge 8 16 0.4536, 4xlarge 16 32 0.9072, 8xlarge 32 64 1.8144, 12xlarge 48 96
      2.7216, 16xlarge 64 128 3.6288, 24xlarge 96 192 5.4432, 32xlarge 128 256 7.2576, metal 128 256 7.2576
    c7a x86_64 cs -: medium 1 2 0.05132, large 2 4 0.10264, xlarge 4 8 0.20528, 2xlarge 8 16 0.41056, 4xlarge 16 32 0.82112, 8xlarge 32 64
      1.64224, 12xlarge 48 96 2.46336, 16xlarge 64 128 3.28448, 24xlarge 96 192 4.92672, 32xlarge 128 256 6.56896, 48xlarge 192 384
      9.85344, metal-48xl 192 384 9.85344
    c7g aarch64 cs -: medium 1 2 0.0363, large 2 4 0.0725, xlarge 4 8 0.145, 2xlarge 8 16 0.29, 4xlarge 16 32 0.58, 8xlarge 32 64 1.16,
      12xlarge 48 96 1.74, 16xlarge 64 128 2.32, metal 64 128 2.32
    c7gd aarch64 cs -: medium 1 2 0.0454, large 2 4 0.0907, xlarge 4 8 0.1814, 2xlarge 8 16 0.3629, 4xlarge 16 32 0.7258, 8xlarge 32 64
      1.4515, 12xlarge 48 96 2.1773, 16xlarge 64 128 2.903, metal 64 128 2.903
    c7gn aarch64 cs -: medium 1 2 0.0624, large 2 4 0.1248, xlarge 4 8 0.2496, 2xlarge 8 16 0.4992, 4xlarge 16 32 0.9984, 8xlarge 32 64
      1.9968, 12xlarge 48 96 2.9952, 16xlarge 64 128 3.9936, metal 64 128 3.9936
    c7i x86_64 cs -: large 2 4 0.08925, xlarge 4 8 0.1785, 2xlarge 8 16 0.357, 4xlarge 16 32 0.714, 8xlarge 32 64 1.428, 12xlarge 48 96
      2.142, 16xlarge 64 128 2.856, 24xlarge 96 192 4.284, metal-24xl 96 192 4.7124, 48xlarge 192 384 8.568, metal-48xl 192 384 8.568
    c7i-flex x86_64 cs -: large 2 4 0.08479, xlarge 4 8 0.16958, 2xlarge 8 16 0.33915, 4xlarge 16 32 0.6783, 8xlarge 32 64 1.3566,
      12xlarge 48 96 2.0349, 16xlarge 64 128 2.7132
    c8a x86_64 cs -: medium 1 2 0.05389, large 2 4 0.10777, xlarge 4 8 0.21554, 2xlarge 8 16 0.43108, 4xlarge 16 32 0.86216, 8xlarge 32 64
      1.72432, 12xlarge 48 96 2.58648, 16xlarge 64 128 3.44864, 24xlarge 96 192 5.17296, metal-24xl 96 192 5.69026, 48xlarge 192 384
      10.34592, metal-48xl 192 384 10.34592
    c8g aarch64 cs -: medium 1 2 0.03988, large 2 4 0.07976, xlarge 4 8 0.15952, 2xlarge 8 16 0.31904, 4xlarge 16 32 0.63808, 8xlarge 32
      64 1.27616, 12xlarge 48 96 1.91424, 16xlarge 64 128 2.55232, 24xlarge 96 192 3.82848, metal-24xl 96 192 4.21133, 48xlarge 192 384
      7.65696, metal-48xl 192 384 7.65696
    c8gb aarch64 cs -: medium 1 2 0.05925, large 2 4 0.1185, xlarge 4 8 0.237, 2xlarge 8 16 0.474, 4xlarge 16 32 0.948, 8xlarge 32 64
      1.896, 12xlarge 48 96 2.844, 16xlarge 64 128 3.792, 24xlarge 96 192 5.688, metal-24xl 96 192 6.02928, 48xlarge 192 384 11.376,
      metal-48xl 192 384 11.376
    c8gd aarch64 cs -: medium 1 2 0.04899, large 2 4 0.09798, xlarge 4 8 0.19596, 2xlarge 8 16 0.39192, 4xlarge 16 32 0.78384, 8xlarge 32
      64 1.56768, 12xlarge 48 96 2.35152, 16xlarge 64 128 3.13536, 24xlarge 96 192 4.70304, metal-24xl 96 192 5.17334, 48xlarge 192 384
      9.40608, metal-48xl 192 384 9.40608
    c8gn aarch64 cs -: medium 1 2 0.0593, large 2 4 0.1185, xlarge 4 8 0.237, 2xlarge 8 16 0.474, 4xlarge 16 32 0.948, 8xlarge 32 64
      1.896, 12xlarge 48 96 2.844, 16xlarge 64 128 3.792, 24xlarge 96 192 5.688, metal-24xl 96 192 6.0293, 48xlarge 192 384 11.376,
      metal-48xl 192 384 11.376
    c8i x86_64 cs -: large 2 4 0.09371, xlarge 4 8 0.18742, 2xlarge 8 16 0.37484, 4xlarge 16 32 0.74968, 8xlarge 32 64 1.49936, 12xlarge
      48 96 2.24904, 16xlarge 64 128 2.99872, 24xlarge 96 192 4.49808, 32xlarge 128 256 5.99744, 48xlarge 192 384 8.99616, metal-48xl 192
      384 9.89578, 96xlarge 384 768 17.99232, metal-96xl 384 768 17.99232
    c8i-flex x86_64 cs -: large 2 4 0.08902, xlarge 4 8 0.17804, 2xlarge 8 16 0.35608, 4xlarge 16 32 0.71216, 8xlarge 32 64 1.42432,
      12xlarge 48 96 2.13648, 16xlarge 64 128 2.84864
    c8ib x86_64 cs -: large 2 4 0.13608, xlarge 4 8 0.27216, 2xlarge 8 16 0.54432, 4xlarge 16 32 1.08864, 8xlarge 32 64 2.17728, 12xlarge
      48 96 3.26592, 16xlarge 64 128 4.35456, 24xlarge 96 192 6.53184, 32xlarge 128 256 8.70912, 48xlarge 192 384 13.06368, metal-48xl 192
      384 14.37005, 96xlarge 384 768 26.12736, metal-96xl 384 768 26.12736
    c8id x86_64 cs -: large 2 4 0.11088, xlarge 4 8 0.22176, 2xlarge 8 16 0.44352, 4xlarge 16 32 0.88704, 8xlarge 32 64 1.77408, 12xlarge
      48 96 2.66112, 16xlarge 64 128 3.54816, 24xlarge 96 192 5.32224, 32xlarge 128 256 7.09632, 48xlarge 192 384 10.64448, metal-48xl 192
      384 11.70893, 96xlarge 384 768 21.28896, metal-96xl 384 768 21.28896
    c8in x86_64 cs -: large 2 4 0.13608, xlarge 4 8 0.27216, 2xlarge 8 16 0.54432, 4xlarge 16 32 1.08864, 8xlarge 32 64 2.17728, 12xlarge
      48 96 3.26592, 16xlarge 64 128 4.35456, 24xlarge 96 192 6.53184, 32xlarge 128 256 8.70912, 48xlarge 192 384 13.06368, metal-48xl 192
      384 14.37005, 96xlarge 384 768 26.12736, metal-96xl 384 768 26.12736
    c8ine x86_64 c -: large 2 4 0.1701, xlarge 4 8 0.3402, 2xlarge 8 16 0.6804, 4xlarge 16 32 1.3608, 8xlarge 32 64 2.7216, 12xlarge 48 96
      4.0824
    d2 x86_64 s -: xlarge 4 30.5 0.69, 2xlarge 8 61 1.38, 4xlarge 16 122 2.76, 8xlarge 36 244 5.52
    d3 x86_64 cs -: xlarge 4 32 0.499, 2xlarge 8 64 0.999, 4xlarge 16 128 1.998, 8xlarge 32 256 3.99552
    d3en x86_64 cs -: xlarge 4 16 0.526, 2xlarge 8 32 1.051, 4xlarge 16 64 2.103, 6xlarge 24 96 3.154, 8xlarge 32 128 4.20576, 12xlarge 48
      192 6.30864
    dl1 x86_64 cs Habana/Gaudi_HL-205/32768: 24xlarge 96 768 13.10904 8
    dl2q x86_64 cs Qualcomm/Qualcomm_AI100/16000: 24xlarge 96 768 - 8
    f2 x86_64 cs -: 6xlarge 24 256 1.98, 12xlarge 48 512 3.96, 48xlarge 192 2048 15.84
    g4ad x86_64 cs AMD/Radeon_Pro_V520/8192: xlarge 4 16 0.37853 1, 2xlarge 8 32 0.54117 1, 4xlarge 16 64 0.867 1, 8xlarge 32 128 1.734 2,
      16xlarge 64 256 3.468 4
    g4dn x86_64 cs NVIDIA/T4/16384: xlarge 4 16 0.526 1, 2xlarge 8 32 0.752 1, 4xlarge 16 64 1.204 1, 8xlarge 32 128 2.176 1, 12xlarge 48
      192 3.912 4, 16xlarge 64 256 4.352 1, metal 96 384 7.824 8
    g5 x86_64 cs NVIDIA/A10G/22888: xlarge 4 16 1.006 1, 2xlarge 8 32 1.212 1, 4xlarge 16 64 1.624 1, 8xlarge 32 128 2.448 1, 12xlarge 48
      192 5.672 4, 16xlarge 64 256 4.096 1, 24xlarge 96 384 8.144 4, 48xlarge 192 768 16.288 8
    g5g aarch64 cs NVIDIA/T4g/16384: xlarge 4 8 0.42 1, 2xlarge 8 16 0.556 1, 4xlarge 16 32 0.828 1, 8xlarge 32 64 1.372 1, 16xlarge 64
      128 2.744 2, metal 64 128 2.744 2
    g6 x86_64 cs NVIDIA/L4/22888: xlarge 4 16 0.8048 1, 2xlarge 8 32 0.9776 1, 4xlarge 16 64 1.3232 1, 8xlarge 32 128 2.0144 1, 12xlarge
      48 192 4.6016 4, 16xlarge 64 256 3.3968 1, 24xlarge 96 384 6.6752 4, 48xlarge 192 768 13.3504 8
    g6e x86_64 cs NVIDIA/L40S/45776: xlarge 4 32 1.861 1, 2xlarge 8 64 2.24208 1, 4xlarge 16 128 3.00424 1, 8xlarge 32 256 4.52856 1,
      12xlarge 48 384 10.49264 4, 16xlarge 64 512 7.57719 1, 24xlarge 96 768 15.06559 4, 48xlarge 192 1536 30.13118 8
    g6f x86_64 cs NVIDIA/L4/11444: 4xlarge 16 64 0.95 0
    g6f x86_64 cs NVIDIA/L4/2861: large 2 8 0.202 0, xlarge 4 16 0.2375 0
    g6f x86_64 cs NVIDIA/L4/5722: 2xlarge 8 32 0.475 0
    g7e x86_64 cs NVIDIA/RTX_PRO_Server_6000/98304: 2xlarge 8 64 3.36312 1, 4xlarge 16 128 3.99816 1, 8xlarge 32 256 5.26824 1, 12xlarge
      48 512 8.28608 2, 24xlarge 96 1024 16.57216 4, 48xlarge 192 2048 33.14432 8
    gr6 x86_64 cs NVIDIA/L4/22888: 4xlarge 16 128 1.5392 1, 8xlarge 32 256 2.4464 1
    gr6f x86_64 cs NVIDIA/L4/11444: 4xlarge 16 128 1.066 0
    h1 x86_64 cs -: 2xlarge 8 32 0.468, 4xlarge 16 64 0.936, 8xlarge 32 128 1.872, 16xlarge 64 256 3.744
    hpc6a x86_64 c -: 48xlarge 96 384 -
    hpc6id x86_64 c -: 32xlarge 64 1024 -
    hpc7a x86_64 c -: 12xlarge 24 768 -, 24xlarge 48 768 -, 48xlarge 96 768 -, 96xlarge 192 768 -
    hpc7g aarch64 c -: 4xlarge 16 128 1.6832, 8xlarge 32 128 1.6832, 16xlarge 64 128 1.6832
    hpc8a x86_64 c -: 96xlarge 192 768 -
    i2 x86_64 s -: xlarge 4 30.5 0.853, 2xlarge 8 61 1.705, 4xlarge 16 122 3.41, 8xlarge 32 244 6.82
    i3 x86_64 cs -: large 2 15.25 0.156, xlarge 4 30.5 0.312, 2xlarge 8 61 0.624, 4xlarge 16 122 1.248, 8xlarge 32 244 2.496, 16xlarge 64
      488 4.992
    i3en x86_64 cs -: large 2 16 0.226, xlarge 4 32 0.452, 2xlarge 8 64 0.904, 3xlarge 12 96 1.356, 6xlarge 24 192 2.712, 12xlarge 48 384
      5.424, 24xlarge 96 768 10.848, metal 96 768 10.848
    i4g aarch64 cs -: large 2 16 0.15444, xlarge 4 32 0.30888, 2xlarge 8 64 0.61776, 4xlarge 16 128 1.23552, 8xlarge 32 256 2.47104,
      16xlarge 64 512 4.94208
    i4i x86_64 cs -: large 2 16 0.172, xlarge 4 32 0.343, 2xlarge 8 64 0.686, 4xlarge 16 128 1.373, 8xlarge 32 256 2.746, 12xlarge 48 384
      4.118, 16xlarge 64 512 5.491, 24xlarge 96 768 8.2368, 32xlarge 128 1024 10.9824, metal 128 1024 10.982
    i7i x86_64 cs -: large 2 16 0.1888, xlarge 4 32 0.3775, 2xlarge 8 64 0.755, 4xlarge 16 128 1.5101, 8xlarge 32 256 3.0202, 12xlarge 48
      384 4.5302, 16xlarge 64 512 6.0403, 24xlarge 96 768 9.0605, metal-24xl 96 768 9.6204, 48xlarge 192 1536 18.121, metal-48xl 192 1536
      19.2408
    i7ie x86_64 cs -: large 2 16 0.2599, xlarge 4 32 0.5198, 2xlarge 8 64 1.0396, 3xlarge 12 96 1.5594, 6xlarge 24 192 3.1188, 12xlarge 48
      384 6.2376, 18xlarge 72 576 9.3564, 24xlarge 96 768 12.4752, metal-24xl 96 768 13.2844, 48xlarge 192 1536 24.9504, metal-48xl 192
      1536 26.5687
    i8g aarch64 cs -: large 2 16 0.1716, xlarge 4 32 0.3432, 2xlarge 8 64 0.6864, 4xlarge 16 128 1.3728, 8xlarge 32 256 2.7456, 12xlarge
      48 384 4.1184, 16xlarge 64 512 5.4912, 24xlarge 96 768 8.2368, metal-24xl 96 768 9.06048, 48xlarge 192 1536 16.4736, metal-48xl 192
      1536 18.12096
    i8ge aarch64 cs -: large 2 16 0.2373, xlarge 4 32 0.4746, 2xlarge 8 64 0.9492, 3xlarge 12 96 1.4238, 6xlarge 24 192 2.8476, 12xlarge
      48 384 5.6952, 18xlarge 72 576 8.5428, 24xlarge 96 768 11.3904, metal-24xl 96 768 12.1313, 48xlarge 192 1536 22.7808, metal-48xl 192
      1536 24.2626
    im4gn aarch64 cs -: large 2 8 0.1819, xlarge 4 16 0.36379, 2xlarge 8 32 0.72758, 4xlarge 16 64 1.45517, 8xlarge 32 128 2.91034,
      16xlarge 64 256 5.82067
    inf1 x86_64 cs AWS/Inferentia/8192: xlarge 4 8 0.228 1, 2xlarge 8 16 0.362 1, 6xlarge 24 48 1.18 4, 24xlarge 96 192 4.721 16
    inf2 x86_64 cs AWS/Inferentia2/32768: xlarge 4 16 0.7582 1, 8xlarge 32 128 1.96786 1, 24xlarge 96 384 6.49063 6, 48xlarge 192 768
      12.98127 12
    is4gen aarch64 cs -: medium 1 6 0.14408, large 2 12 0.28815, xlarge 4 24 0.5763, 2xlarge 8 48 1.1526, 4xlarge 16 96 2.3052, 8xlarge 32
      192 4.6104
    m1 x86_64 s -: small 1 1.699 0.044, medium 1 3.699 0.087, large 2 7.5 0.175, xlarge 4 15 0.35
    m2 x86_64 s -: xlarge 2 17.1 0.245, 2xlarge 4 34.199 0.49, 4xlarge 8 68.399 0.98
    m3 x86_64 s -: medium 1 3.75 0.067, large 2 7.5 0.133, xlarge 4 15 0.266, 2xlarge 8 30 0.532
    m4 x86_64 s -: large 2 8 0.1, xlarge 4 16 0.2, 2xlarge 8 32 0.4, 4xlarge 16 64 0.8, 10xlarge 40 160 2.0, 16xlarge 64 256 3.2
    m5 x86_64 s -: large 2 8 0.096, xlarge 4 16 0.192, 2xlarge 8 32 0.384, 4xlarge 16 64 0.768, 8xlarge 32 128 1.536, 12xlarge 48 192
      2.304, 16xlarge 64 256 3.072, 24xlarge 96 384 4.608, metal 96 384 4.608
    m5a x86_64 cs -: large 2 8 0.086, xlarge 4 16 0.172, 2xlarge 8 32 0.344, 4xlarge 16 64 0.688, 8xlarge 32 128 1.376, 12xlarge 48 192
      2.064, 16xlarge 64 256 2.752, 24xlarge 96 384 4.128
    m5ad x86_64 cs -: large 2 8 0.103, xlarge 4 16 0.206, 2xlarge 8 32 0.412, 4xlarge 16 64 0.824, 8xlarge 32 128 1.648, 12xlarge 48 192
      2.472, 16xlarge 64 256 3.296, 24xlarge 96 384 4.944
    m5d x86_64 cs -: large 2 8 0.113, xlarge 4 16 0.226, 2xlarge 8 32 0.452, 4xlarge 16 64 0.904, 8xlarge 32 128 1.808, 12xlarge 48 192
      2.712, 16xlarge 64 256 3.616, 24xlarge 96 384 5.424, metal 96 384 5.424
    m5dn x86_64 cs -: large 2 8 0.136, xlarge 4 16 0.272, 2xlarge 8 32 0.544, 4xlarge 16 64 1.088, 8xlarge 32 128 2.176, 12xlarge 48 192
      3.264, 16xlarge 64 256 4.352, 24xlarge 96 384 6.528, metal 96 384 6.528
    m5n x86_64 cs -: large 2 8 0.119, xlarge 4 16 0.238, 2xlarge 8 32 0.476, 4xlarge 16 64 0.952, 8xlarge 32 128 1.904, 12xlarge 48 192
      2.856, 16xlarge 64 256 3.808, 24xlarge 96 384 5.712, metal 96 384 5.712
    m5zn x86_64 cs -: large 2 8 0.1652, xlarge 4 16 0.3303, 2xlarge 8 32 0.6607, 3xlarge 12 48 0.991, 6xlarge 24 96 1.982, 12xlarge 48 192
      3.9641, metal 48 192 4.3605
    m6a x86_64 cs -: large 2 8 0.0864, xlarge 4 16 0.1728, 2xlarge 8 32 0.3456, 4xlarge 16 64 0.6912, 8xlarge 32 128 1.3824, 12xlarge 48
      192 2.0736, 16xlarge 64 256 2.7648, 24xlarge 96 384 4.1472, 32xlarge 128 512 5.5296, 48xlarge 192 768 8.2944, metal 192 768 8.2944
    m6g aarch64 cs -: medium 1 4 0.0385, large 2 8 0.077, xlarge 4 16 0.154, 2xlarge 8 32 0.308, 4xlarge 16 64 0.616, 8xlarge 32 128
      1.232, 12xlarge 48 192 1.848, 16xlarge 64 256 2.464, metal 64 256 2.6112
    m6gd aarch64 cs -: medium 1 4 0.0452, large 2 8 0.0904, xlarge 4 16 0.1808, 2xlarge 8 32 0.3616, 4xlarge 16 64 0.7232, 8xlarge 32 128
      1.4464, 12xlarge 48 192 2.1696, 16xlarge 64 256 2.8928, metal 64 256 3.0664
    m6i x86_64 s -: large 2 8 0.096, xlarge 4 16 0.192, 2xlarge 8 32 0.384, 4xlarge 16 64 0.768, 8xlarge 32 128 1.536, 12xlarge 48 192
      2.304, 16xlarge 64 256 3.072, 24xlarge 96 384 4.608, 32xlarge 128 512 6.144, metal 128 512 6.144
    m6id x86_64 cs -: large 2 8 0.11865, xlarge 4 16 0.2373, 2xlarge 8 32 0.4746, 4xlarge 16 64 0.9492, 8xlarge 32 128 1.8984, 12xlarge 48
      192 2.8476, 16xlarge 64 256 3.7968, 24xlarge 96 384 5.6952, 32xlarge 128 512 7.5936, metal 128 512 7.5936
    m6idn x86_64 cs -: large 2 8 0.15912, xlarge 4 16 0.31824, 2xlarge 8 32 0.63648, 4xlarge 16 64 1.27296, 8xlarge 32 128 2.54592,
      12xlarge 48 192 3.81888, 16xlarge 64 256 5.09184, 24xlarge 96 384 7.63776, 32xlarge 128 512 10.18368, metal 128 512 10.18368
    m6in x86_64 cs -: large 2 8 0.13923, xlarge 4 16 0.27846, 2xlarge 8 32 0.55692, 4xlarge 16 64 1.11384, 8xlarge 32 128 2.22768,
      12xlarge 48 192 3.34152, 16xlarge 64 256 4.45536, 24xlarge 96 384 6.68304, 32xlarge 128 512 8.91072, metal 128 512 8.91072
    m7a x86_64 cs -: medium 1 4 0.05796, large 2 8 0.11592, xlarge 4 16 0.23184, 2xlarge 8 32 0.46368, 4xlarge 16 64 0.92736, 8xlarge 32
      128 1.85472, 12xlarge 48 192 2.78208, 16xlarge 64 256 3.70944, 24xlarge 96 384 5.56416, 32xlarge 128 512 7.41888, 48xlarge 192 768
      11.12832, metal-48xl 192 768 11.12832
    m7g aarch64 cs -: medium 1 4 0.0408, large 2 8 0.0816, xlarge 4 16 0.1632, 2xlarge 8 32 0.3264, 4xlarge 16 64 0.6528, 8xlarge 32 128
      1.3056, 12xlarge 48 192 1.9584, 16xlarge 64 256 2.6112, metal 64 256 2.6112
    m7gd aarch64 cs -: medium 1 4 0.0534, large 2 8 0.1068, xlarge 4 16 0.2136, 2xlarge 8 32 0.4271, 4xlarge 16 64 0.8543, 8xlarge 32 128
      1.7086, 12xlarge 48 192 2.5628, 16xlarge 64 256 3.4171, metal 64 256 3.4171
    m7i x86_64 cs -: large 2 8 0.1008, xlarge 4 16 0.2016, 2xlarge 8 32 0.4032, 4xlarge 16 64 0.8064, 8xlarge 32 128 1.6128, 12xlarge 48
      192 2.4192, 16xlarge 64 256 3.2256, 24xlarge 96 384 4.8384, metal-24xl 96 384 5.32224, 48xlarge 192 768 9.6768, metal-48xl 192 768
      9.6768
    m7i-flex x86_64 cs -: large 2 8 0.09576, xlarge 4 16 0.19152, 2xlarge 8 32 0.38304, 4xlarge 16 64 0.76608, 8xlarge 32 128 1.53216,
      12xlarge 48 192 2.29824, 16xlarge 64 256 3.06432
    m8a x86_64 cs -: medium 1 4 0.06086, large 2 8 0.12172, xlarge 4 16 0.24344, 2xlarge 8 32 0.48688, 4xlarge 16 64 0.97376, 8xlarge 32
      128 1.94752, 12xlarge 48 192 2.92128, 16xlarge 64 256 3.89504, 24xlarge 96 384 5.84256, metal-24xl 96 384 6.42682, 48xlarge 192 768
      11.68512, metal-48xl 192 768 11.68512
    m8azn x86_64 cs -: medium 1 4 0.10323, large 2 8 0.20646, xlarge 4 16 0.41292, 3xlarge 12 48 1.23876, 6xlarge 24 96 2.47752, 12xlarge
      48 192 4.95504, metal-12xl 48 192 5.45054, 24xlarge 96 384 9.91008, metal-24xl 96 384 10.90109
    m8g aarch64 cs -: medium 1 4 0.04488, large 2 8 0.08976, xlarge 4 16 0.17952, 2xlarge 8 32 0.35904, 4xlarge 16 64 0.71808, 8xlarge 32
      128 1.43616, 12xlarge 48 192 2.15424, 16xlarge 64 256 2.87232, 24xlarge 96 384 4.30848, metal-24xl 96 384 4.73933, 48xlarge 192 768
      8.61696, metal-48xl 192 768 8.61696
    m8gb aarch64 cs -: medium 1 4 0.07275, large 2 8 0.1455, xlarge 4 16 0.291, 2xlarge 8 32 0.582, 4xlarge 16 64 1.164, 8xlarge 32 128
      2.328, 12xlarge 48 192 3.492, 16xlarge 64 256 4.656, 24xlarge 96 384 6.984, metal-24xl 96 384 14.80608, 48xlarge 192 768 13.968,
      metal-48xl 192 768 13.968
    m8gd aarch64 cs -: medium 1 4 0.05766, large 2 8 0.11532, xlarge 4 16 0.23064, 2xlarge 8 32 0.46128, 4xlarge 16 64 0.92256, 8xlarge 32
      128 1.84512, 12xlarge 48 192 2.76768, 16xlarge 64 256 3.69024, 24xlarge 96 384 5.53536, metal-24xl 96 384 6.0889, 48xlarge 192 768
      11.07072, metal-48xl 192 768 11.07072
    m8gn aarch64 cs -: medium 1 4 0.0728, large 2 8 0.1455, xlarge 4 16 0.291, 2xlarge 8 32 0.582, 4xlarge 16 64 1.164, 8xlarge 32 128
      2.328, 12xlarge 48 192 3.492, 16xlarge 64 256 4.656, 24xlarge 96 384 6.984, metal-24xl 96 384 7.403, 48xlarge 192 768 13.968,
      metal-48xl 192 768 13.968
    m8i x86_64 cs -: large 2 8 0.10584, xlarge 4 16 0.21168, 2xlarge 8 32 0.42336, 4xlarge 16 64 0.84672, 8xlarge 32 128 1.69344, 12xlarge
      48 192 2.54016, 16xlarge 64 256 3.38688, 24xlarge 96 384 5.08032, 32xlarge 128 512 6.77376, 48xlarge 192 768 10.16064, metal-48xl
      192 768 10.16064, 96xlarge 384 1536 20.32128, metal-96xl 384 1536 20.32128
    m8i-flex x86_64 cs -: large 2 8 0.10055, xlarge 4 16 0.2011, 2xlarge 8 32 0.4022, 4xlarge 16 64 0.8044, 8xlarge 32 128 1.6088,
      12xlarge 48 192 2.4132, 16xlarge 64 256 3.2176
    m8ib x86_64 cs -: large 2 8 0.16708, xlarge 4 16 0.33416, 2xlarge 8 32 0.66832, 4xlarge 16 64 1.33664, 8xlarge 32 128 2.67328,
      12xlarge 48 192 4.00992, 16xlarge 64 256 5.34656, 24xlarge 96 384 8.01984, 32xlarge 128 512 10.69312, 48xlarge 192 768 16.03968,
      96xlarge 384 1536 32.07936
    m8id x86_64 cs -: large 2 8 0.13052, xlarge 4 16 0.26104, 2xlarge 8 32 0.52208, 4xlarge 16 64 1.04416, 8xlarge 32 128 2.08832,
      12xlarge 48 192 3.13248, 16xlarge 64 256 4.17664, 24xlarge 96 384 6.26496, 32xlarge 128 512 8.35328, 48xlarge 192 768 12.52992,
      metal-48xl 192 768 12.52992, 96xlarge 384 1536 25.05984, metal-96xl 384 1536 25.05984
    m8in x86_64 cs -: large 2 8 0.16708, xlarge 4 16 0.33416, 2xlarge 8 32 0.66832, 4xlarge 16 64 1.33664, 8xlarge 32 128 2.67328,
      12xlarge 48 192 4.00992, 16xlarge 64 256 5.34656, 24xlarge 96 384 8.01984, 32xlarge 128 512 10.69312, 48xlarge 192 768 16.03968,
      96xlarge 384 1536 32.07936
    m8ine x86_64 c -: large 2 8 0.20885, xlarge 4 16 0.4177, 2xlarge 8 32 0.8354, 4xlarge 16 64 1.6708, 8xlarge 32 128 3.3416, 12xlarge 48
      192 5.0124
    p3dn x86_64 cs NVIDIA/V100/32768: 24xlarge 96 768 31.212 8
    p4d x86_64 cs NVIDIA/A100/40960: 24xlarge 96 1152 21.957642 8
    p4de x86_64 cs NVIDIA/A100/81920: 24xlarge 96 1152 27.44705 8
    p5 x86_64 cs NVIDIA/H100/81920: 4xlarge 16 256 6.88 1, 48xlarge 192 2048 55.04 8
    p5e x86_64 cs NVIDIA/H200/144384: 48xlarge 192 2048 - 8
    p5en x86_64 cs NVIDIA/H200/144384: 48xlarge 192 2048 63.296 8
    p6-b200 x86_64 cs NVIDIA/B200/183359: 48xlarge 192 2048 113.9328 8
    p6-b300 x86_64 cs NVIDIA/B300/275040: 48xlarge 192 4096 142.416 8
    r3 x86_64 s -: large 2 15 0.166, xlarge 4 30.5 0.333, 2xlarge 8 61 0.665, 4xlarge 16 122 1.33, 8xlarge 32 244 2.66
    r4 x86_64 s -: large 2 15.25 0.133, xlarge 4 30.5 0.266, 2xlarge 8 61 0.532, 4xlarge 16 122 1.064, 8xlarge 32 244 2.128, 16xlarge 64
      488 4.256
    r5 x86_64 s -: large 2 16 0.126, xlarge 4 32 0.252, 2xlarge 8 64 0.504, 4xlarge 16 128 1.008, 8xlarge 32 256 2.016, 12xlarge 48 384
      3.024, 16xlarge 64 512 4.032, 24xlarge 96 768 6.048, metal 96 768 6.048
    r5a x86_64 cs -: large 2 16 0.113, xlarge 4 32 0.226, 2xlarge 8 64 0.452, 4xlarge 16 128 0.904, 8xlarge 32 256 1.808, 12xlarge 48 384
      2.712, 16xlarge 64 512 3.616, 24xlarge 96 768 5.424
    r5ad x86_64 cs -: large 2 16 0.131, xlarge 4 32 0.262, 2xlarge 8 64 0.524, 4xlarge 16 128 1.048, 8xlarge 32 256 2.096, 12xlarge 48 384
      3.144, 16xlarge 64 512 4.192, 24xlarge 96 768 6.288
    r5b x86_64 cs -: large 2 16 0.149, xlarge 4 32 0.298, 2xlarge 8 64 0.596, 4xlarge 16 128 1.192, 8xlarge 32 256 2.384, 12xlarge 48 384
      3.576, 16xlarge 64 512 4.768, 24xlarge 96 768 7.152, metal 96 768 7.8672
    r5d x86_64 cs -: large 2 16 0.144, xlarge 4 32 0.288, 2xlarge 8 64 0.576, 4xlarge 16 128 1.152, 8xlarge 32 256 2.304, 12xlarge 48 384
      3.456, 16xlarge 64 512 4.608, 24xlarge 96 768 6.912, metal 96 768 6.912
    r5dn x86_64 cs -: large 2 16 0.167, xlarge 4 32 0.334, 2xlarge 8 64 0.668, 4xlarge 16 128 1.336, 8xlarge 32 256 2.672, 12xlarge 48 384
      4.008, 16xlarge 64 512 5.344, 24xlarge 96 768 8.016, metal 96 768 8.016
    r5n x86_64 cs -: large 2 16 0.149, xlarge 4 32 0.298, 2xlarge 8 64 0.596, 4xlarge 16 128 1.192, 8xlarge 32 256 2.384, 12xlarge 48 384
      3.576, 16xlarge 64 512 4.768, 24xlarge 96 768 7.152, metal 96 768 7.152
    r6a x86_64 cs -: large 2 16 0.1134, xlarge 4 32 0.2268, 2xlarge 8 64 0.4536, 4xlarge 16 128 0.9072, 8xlarge 32 256 1.8144, 12xlarge 48
      384 2.7216, 16xlarge 64 512 3.6288, 24xlarge 96 768 5.4432, 32xlarge 128 1024 7.2576, 48xlarge 192 1536 10.8864, metal 192 1536
      10.8864
    r6g aarch64 cs -: medium 1 8 0.0504, large 2 16 0.1008, xlarge 4 32 0.2016, 2xlarge 8 64 0.4032, 4xlarge 16 128 0.8064, 8xlarge 32 256
      1.6128, 12xlarge 48 384 2.4192, 16xlarge 64 512 3.2256, metal 64 512 3.4191
    r6gd aarch64 cs -: medium 1 8 0.0576, large 2 16 0.1152, xlarge 4 32 0.2304, 2xlarge 8 64 0.4608, 4xlarge 16 128 0.9216, 8xlarge 32
      256 1.8432, 12xlarge 48 384 2.7648, 16xlarge 64 512 3.6864, metal 64 512 3.9076
    r6i x86_64 s -: large 2 16 0.126, xlarge 4 32 0.252, 2xlarge 8 64 0.504, 4xlarge 16 128 1.008, 8xlarge 32 256 2.016, 12xlarge 48 384
      3.024, 16xlarge 64 512 4.032, 24xlarge 96 768 6.048, 32xlarge 128 1024 8.064, metal 128 1024 8.064
    r6id x86_64 cs -: large 2 16 0.1512, xlarge 4 32 0.3024, 2xlarge 8 64 0.6048, 4xlarge 16 128 1.2096, 8xlarge 32 256 2.4192, 12xlarge
      48 384 3.6288, 16xlarge 64 512 4.8384, 24xlarge 96 768 7.2576, 32xlarge 128 1024 9.6768, metal 128 1024 9.6768
    r6idn x86_64 cs -: large 2 16 0.19539, xlarge 4 32 0.39078, 2xlarge 8 64 0.78156, 4xlarge 16 128 1.56312, 8xlarge 32 256 3.12624,
      12xlarge 48 384 4.68936, 16xlarge 64 512 6.25248, 24xlarge 96 768 9.37872, 32xlarge 128 1024 12.50496, metal 128 1024 12.50496
    r6in x86_64 cs -: large 2 16 0.17433, xlarge 4 32 0.34866, 2xlarge 8 64 0.69732, 4xlarge 16 128 1.39464, 8xlarge 32 256 2.78928,
      12xlarge 48 384 4.18392, 16xlarge 64 512 5.57856, 24xlarge 96 768 8.36784, 32xlarge 128 1024 11.15712, metal 128 1024 11.15712
    r7a x86_64 cs -: medium 1 8 0.07608, large 2 16 0.15215, xlarge 4 32 0.3043, 2xlarge 8 64 0.6086, 4xlarge 16 128 1.2172, 8xlarge 32
      256 2.4344, 12xlarge 48 384 3.6516, 16xlarge 64 512 4.8688, 24xlarge 96 768 7.3032, 32xlarge 128 1024 9.7376, 48xlarge 192 1536
      14.6064, metal-48xl 192 1536 14.6064
    r7g aarch64 cs -: medium 1 8 0.0536, large 2 16 0.1071, xlarge 4 32 0.2142, 2xlarge 8 64 0.4284, 4xlarge 16 128 0.8568, 8xlarge 32 256
      1.7136, 12xlarge 48 384 2.5704, 16xlarge 64 512 3.4272, metal 64 512 3.4272
    r7gd aarch64 cs -: medium 1 8 0.068, large 2 16 0.1361, xlarge 4 32 0.2722, 2xlarge 8 64 0.5443, 4xlarge 16 128 1.0886, 8xlarge 32 256
      2.1773, 12xlarge 48 384 3.2659, 16xlarge 64 512 4.3546, metal 64 512 4.3546
    r7i x86_64 cs -: large 2 16 0.1323, xlarge 4 32 0.2646, 2xlarge 8 64 0.5292, 4xlarge 16 128 1.0584, 8xlarge 32 256 2.1168, 12xlarge 48
      384 3.1752, 16xlarge 64 512 4.2336, 24xlarge 96 768 6.3504, metal-24xl 96 768 6.98544, 48xlarge 192 1536 12.7008, metal-48xl 192
      1536 12.7008
    r7iz x86_64 cs -: large 2 16 0.186, xlarge 4 32 0.372, 2xlarge 8 64 0.744, 4xlarge 16 128 1.488, 8xlarge 32 256 2.976, 12xlarge 48 384
      4.464, 16xlarge 64 512 5.952, metal-16xl 64 512 6.5472, 32xlarge 128 1024 11.904, metal-32xl 128 1024 13.0944
    r8a x86_64 cs -: medium 1 8 0.07988, large 2 16 0.15976, xlarge 4 32 0.31952, 2xlarge 8 64 0.63904, 4xlarge 16 128 1.27808, 8xlarge 32
      256 2.55616, 12xlarge 48 384 3.83424, 16xlarge 64 512 5.11232, 24xlarge 96 768 7.66848, metal-24xl 96 768 8.43533, 48xlarge 192 1536
      15.33696, metal-48xl 192 1536 15.33696
    r8g aarch64 cs -: medium 1 8 0.05891, large 2 16 0.11782, xlarge 4 32 0.23564, 2xlarge 8 64 0.47128, 4xlarge 16 128 0.94256, 8xlarge
      32 256 1.88512, 12xlarge 48 384 2.82768, 16xlarge 64 512 3.77024, 24xlarge 96 768 5.65536, metal-24xl 96 768 6.2209, 48xlarge 192
      1536 11.31072, metal-48xl 192 1536 11.31072
    r8gb aarch64 cs -: medium 1 8 0.09109, large 2 16 0.18218, xlarge 4 32 0.36436, 2xlarge 8 64 0.72872, 4xlarge 16 128 1.45744, 8xlarge
      32 256 2.91488, 12xlarge 48 384 4.37232, 16xlarge 64 512 5.82976, 24xlarge 96 768 8.74464, metal-24xl 96 768 18.53864, 48xlarge 192
      1536 17.48928, metal-48xl 192 1536 17.48928
    r8gd aarch64 cs -: medium 1 8 0.07348, large 2 16 0.14696, xlarge 4 32 0.29392, 2xlarge 8 64 0.58784, 4xlarge 16 128 1.17568, 8xlarge
      32 256 2.35136, 12xlarge 48 384 3.52704, 16xlarge 64 512 4.70272, 24xlarge 96 768 7.05408, metal-24xl 96 768 7.75949, 48xlarge 192
      1536 14.10816, metal-48xl 192 1536 14.10816
    r8gn aarch64 cs -: medium 1 8 0.0911, large 2 16 0.1822, xlarge 4 32 0.3644, 2xlarge 8 64 0.7287, 4xlarge 16 128 1.4574, 8xlarge 32
      256 2.9149, 12xlarge 48 384 4.3723, 16xlarge 64 512 5.8298, 24xlarge 96 768 8.7446, metal-24xl 96 768 9.2693, 48xlarge 192 1536
      17.4893, metal-48xl 192 1536 17.4893
    r8i x86_64 cs -: large 2 16 0.13892, xlarge 4 32 0.27784, 2xlarge 8 64 0.55568, 4xlarge 16 128 1.11136, 8xlarge 32 256 2.22272,
      12xlarge 48 384 3.33408, 16xlarge 64 512 4.44544, 24xlarge 96 768 6.66816, 32xlarge 128 1024 8.89088, 48xlarge 192 1536 13.33632,
      metal-48xl 192 1536 14.66995, 96xlarge 384 3072 26.67264, metal-96xl 384 3072 26.67264
    r8i-flex x86_64 cs -: large 2 16 0.13197, xlarge 4 32 0.26394, 2xlarge 8 64 0.52788, 4xlarge 16 128 1.05576, 8xlarge 32 256 2.11152,
      12xlarge 48 384 3.16728, 16xlarge 64 512 4.22304
    r8ib x86_64 cs -: large 2 16 0.2092, xlarge 4 32 0.4184, 2xlarge 8 64 0.8368, 4xlarge 16 128 1.6736, 8xlarge 32 256 3.3472, 12xlarge
      48 384 5.0208, 16xlarge 64 512 6.6944, 24xlarge 96 768 10.0416, 32xlarge 128 1024 13.3888, 48xlarge 192 1536 20.0832, 96xlarge 384
      3072 40.1664
    r8id x86_64 cs -: large 2 16 0.16632, xlarge 4 32 0.33264, 2xlarge 8 64 0.66528, 4xlarge 16 128 1.33056, 8xlarge 32 256 2.66112,
      12xlarge 48 384 3.99168, 16xlarge 64 512 5.32224, 24xlarge 96 768 7.98336, 32xlarge 128 1024 10.64448, 48xlarge 192 1536 15.96672,
      metal-48xl 192 1536 17.56339, 96xlarge 384 3072 31.93344, metal-96xl 384 3072 31.93344
    r8in x86_64 cs -: large 2 16 0.2092, xlarge 4 32 0.4184, 2xlarge 8 64 0.8368, 4xlarge 16 128 1.6736, 8xlarge 32 256 3.3472, 12xlarge
      48 384 5.0208, 16xlarge 64 512 6.6944, 24xlarge 96 768 10.0416, 32xlarge 128 1024 13.3888, 48xlarge 192 1536 20.0832, 96xlarge 384
      3072 40.1664
    t1 x86_64 s -: micro 1 0.612 0.02
    t2 x86_64 c -: nano 1 0.5 0.0058
    t2 x86_64 cs -: micro 1 1 0.0116, small 1 2 0.023, medium 2 4 0.0464, large 2 8 0.0928, xlarge 4 16 0.1856, 2xlarge 8 32 0.3712
    t3 x86_64 cs -: nano 2 0.5 0.0052, micro 2 1 0.0104, small 2 2 0.0208, medium 2 4 0.0416, large 2 8 0.0832, xlarge 4 16 0.1664,
      2xlarge 8 32 0.3328
    t3a x86_64 cs -: nano 2 0.5 0.0047, micro 2 1 0.0094, small 2 2 0.0188, medium 2 4 0.0376, large 2 8 0.0752, xlarge 4 16 0.1504,
      2xlarge 8 32 0.3008
    t4g aarch64 cs -: nano 2 0.5 0.0042, micro 2 1 0.0084, small 2 2 0.0168, medium 2 4 0.0336, large 2 8 0.0672, xlarge 4 16 0.1344,
      2xlarge 8 32 0.2688
    trn1 x86_64 cs AWS/Trainium/32768: 2xlarge 8 32 1.34375 1, 32xlarge 128 512 21.5 16
    trn1n x86_64 cs AWS/Trainium/32768: 32xlarge 128 512 24.78 16
    trn2 x86_64 cs AWS/Trainium2/524288: 3xlarge 12 128 - 1, 48xlarge 192 2048 - 16
    u-3tb1 x86_64 c -: 56xlarge 224 3072 27.3
    u-6tb1 x86_64 c -: 56xlarge 224 6144 46.40391, 112xlarge 448 6144 54.6
    u7i-12tb x86_64 c -: 224xlarge 896 12288 125.58182
    u7i-6tb x86_64 c -: 112xlarge 448 6144 62.79
    u7i-8tb x86_64 c -: 112xlarge 448 8192 83.72
    u7in-16tb x86_64 c -: 224xlarge 896 16384 180.47558
    u7in-24tb x86_64 c -: 224xlarge 896 24576 270.73128
    u7in-32tb x86_64 c -: 224xlarge 896 32768 360.98695
    vt1 x86_64 cs -: 3xlarge 12 24 0.65, 6xlarge 24 48 1.3, 24xlarge 96 192 5.2
    x1 x86_64 cs -: 16xlarge 64 976 6.669, 32xlarge 128 1952 13.338
    x1e x86_64 cs -: xlarge 4 122 0.834, 2xlarge 8 244 1.668, 4xlarge 16 488 3.336, 8xlarge 32 976 6.672, 16xlarge 64 1952 13.344,
      32xlarge 128 3904 26.688
    x2gd aarch64 cs -: medium 1 16 0.0835, large 2 32 0.167, xlarge 4 64 0.334, 2xlarge 8 128 0.668, 4xlarge 16 256 1.336, 8xlarge 32 512
      2.672, 12xlarge 48 768 4.008, 16xlarge 64 1024 5.344, metal 64 1024 5.8784
    x2idn x86_64 cs -: 16xlarge 64 1024 6.669, 24xlarge 96 1536 10.0035, 32xlarge 128 2048 13.338, metal 128 2048 13.338
    x2iedn x86_64 cs -: xlarge 4 128 0.83363, 2xlarge 8 256 1.66725, 4xlarge 16 512 3.3345, 8xlarge 32 1024 6.669, 16xlarge 64 2048
      13.338, 24xlarge 96 3072 20.007, 32xlarge 128 4096 26.676, metal 128 4096 26.676
    x2iezn x86_64 cs -: 2xlarge 8 256 1.668, 4xlarge 16 512 3.336, 6xlarge 24 768 5.004, 8xlarge 32 1024 6.672, 12xlarge 48 1536 10.008,
      metal 48 1536 10.008
    x8aedz x86_64 cs -: large 2 64 -, xlarge 4 128 -, 3xlarge 12 384 -, 6xlarge 24 768 -, 12xlarge 48 1536 -, metal-12xl 48 1536 -,
      24xlarge 96 3072 -, metal-24xl 96 3072 -
    x8g aarch64 cs -: medium 1 16 0.0977, large 2 32 0.1954, xlarge 4 64 0.3908, 2xlarge 8 128 0.7816, 4xlarge 16 256 1.5632, 8xlarge 32
      512 3.1264, 12xlarge 48 768 4.6896, 16xlarge 64 1024 6.2528, 24xlarge 96 1536 9.3792, metal-24xl 96 1536 10.31712, 48xlarge 192 3072
      18.7584, metal-48xl 192 3072 18.7584
    x8i x86_64 cs -: large 2 32 0.21883, xlarge 4 64 0.43766, 2xlarge 8 128 0.87532, 4xlarge 16 256 1.75064, 8xlarge 32 512 3.50128,
      12xlarge 48 768 5.25192, 16xlarge 64 1024 7.00256, 24xlarge 96 1536 10.50384, 32xlarge 128 2048 14.00512, 48xlarge 192 3072
      21.00768, metal-48xl 192 3072 23.10845, 64xlarge 256 4096 28.01024, 96xlarge 384 6144 48.74438, metal-96xl 384 6144 48.74438
    z1d x86_64 cs -: large 2 16 0.186, xlarge 4 32 0.372, 2xlarge 8 64 0.744, 3xlarge 12 96 1.116, 6xlarge 24 192 2.232, 12xlarge 48 384
      4.464, metal 48 384 4.464
    """
}
