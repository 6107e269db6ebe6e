/// The GPUs that RunPod is known to have, for when nobody can be asked: `docs/providers/runpod.md` says where each figure is from.
///
/// A line is `id; name; GB of GPU memory; usual vCPUs and GiB a GPU; most GPUs a pod; USD an hour and GPU, secure; community`; `-` is unknown.
enum CatalogueText {
  /// The day of the prices. Few are known: the API has them all, and is asked when there is a key.
  static let date = "2026-11-21"
  /// Where the prices are from.
  static let source = "RunPod, as seen"
  /// The GPUs: ids, memory and counts from RunPod's documentation (2026-02-12) and SkyPilot 0.14.1 (Apache-2.0).
  static let gpus = """
    AMD Instinct MI300X OAM; MI300X; 192; 24; 283; 8; -; -
    NVIDIA A100 80GB PCIe; A100 PCIe; 80; 8; 117; 8; 1.39; -
    NVIDIA A100-SXM4-80GB; A100 SXM; 80; 16; 117; 8; -; -
    NVIDIA A30; A30; 24; 12; 39; 8; -; -
    NVIDIA A40; A40; 48; 9; 48; 10; -; -
    NVIDIA B200; B200; 180; 28; 180; 8; -; -
    NVIDIA B300 SXM6 AC; B300; 288; -; -; -; 7.89; -
    NVIDIA GeForce RTX 3070; RTX 3070; 8; 8; 30; 8; -; -
    NVIDIA GeForce RTX 3080; RTX 3080; 10; 8; 14; 4; -; -
    NVIDIA GeForce RTX 3080 Ti; RTX 3080 Ti; 12; 8; 18; 5; -; -
    NVIDIA GeForce RTX 3090; RTX 3090; 24; 4; 25; 8; -; -
    NVIDIA GeForce RTX 3090 Ti; RTX 3090 Ti; 24; 8; 24; 9; -; -
    NVIDIA GeForce RTX 4070 Ti; RTX 4070 Ti; 12; -; -; -; -; -
    NVIDIA GeForce RTX 4080; RTX 4080; 16; 8; 22; 5; -; -
    NVIDIA GeForce RTX 4080 SUPER; RTX 4080 SUPER; 16; 12; 62; 6; -; -
    NVIDIA GeForce RTX 4090; RTX 4090; 24; 5; 29; 8; -; -
    NVIDIA GeForce RTX 5080; RTX 5080; 16; 5; 30; 8; -; -
    NVIDIA GeForce RTX 5090; RTX 5090; 32; 6; 46; 8; -; -
    NVIDIA H100 80GB HBM3; H100 SXM; 80; 20; 125; 8; 2.69; 1.99
    NVIDIA H100 NVL; H100 NVL; 94; 16; 94; 10; -; -
    NVIDIA H100 PCIe; H100 PCIe; 80; 16; 176; 8; -; -
    NVIDIA H200; H200 SXM; 141; 12; 188; 8; -; -
    NVIDIA H200 NVL; H200 NVL; 143; -; -; -; -; -
    NVIDIA L4; L4; 24; 8; 45; 10; -; -
    NVIDIA L40; L40; 48; 9; 125; 10; -; -
    NVIDIA L40S; L40S; 48; 12; 62; 8; -; -
    NVIDIA RTX 2000 Ada Generation; RTX 2000 Ada; 16; 6; 31; 8; -; -
    NVIDIA RTX 4000 Ada Generation; RTX 4000 Ada; 20; 8; 47; 8; -; -
    NVIDIA RTX 4000 SFF Ada Generation; RTX 4000 Ada SFF; 20; -; -; -; -; -
    NVIDIA RTX 5000 Ada Generation; RTX 5000 Ada; 32; 6; 62; 8; -; -
    NVIDIA RTX 6000 Ada Generation; RTX 6000 Ada; 48; 10; 62; 8; -; -
    NVIDIA RTX A2000; RTX A2000; 6; -; -; -; -; -
    NVIDIA RTX A4000; RTX A4000; 16; 6; 35; 12; 0.25; 0.17
    NVIDIA RTX A4500; RTX A4500; 20; 7; 30; 4; -; -
    NVIDIA RTX A5000; RTX A5000; 24; 3; 25; 10; -; -
    NVIDIA RTX A6000; RTX A6000; 48; 8; 50; 10; -; -
    NVIDIA RTX PRO 4500 Blackwell; RTX PRO 4500; 32; 28; 62; 3; -; -
    NVIDIA RTX PRO 6000 Blackwell Max-Q Workstation Edition; RTX PRO 6000 MaxQ; 96; -; -; -; -; -
    NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 1g.24gb; PRO 6000 MIG 24GB; 24; -; -; -; -; -
    NVIDIA RTX PRO 6000 Blackwell Server Edition MIG 2g.48gb; PRO 6000 MIG 48GB; 48; -; -; -; -; -
    NVIDIA RTX PRO 6000 Blackwell Server Edition; RTX PRO 6000; 96; 14; 125; 9; -; -
    NVIDIA RTX PRO 6000 Blackwell Workstation Edition; RTX PRO 6000 WK; 96; 12; 186; 4; -; -
    Tesla V100-PCIE-16GB; Tesla V100; 16; -; -; -; -; -
    Tesla V100-SXM2-16GB; V100 SXM2; 16; -; -; -; -; -
    Tesla V100-SXM2-32GB; V100 SXM2 32GB; 32; -; -; -; -; -
    """
}
