import CCurl
import HTTPTransport

extension Transfer {
  /// Tells libcurl about the request.
  func configure(_ settings: CurlSettings) {
    let request = exchange.request
    setAddress(request, settings)
    setMethod(request)
    setHeaders(request)
    setCallbacks()
    if case .https = request.origin { setTLS(settings) }
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_TCP_KEEPALIVE, 1)
    set(CURLOPT_BUFFERSIZE, 256 << 10)
    set(CURLOPT_UPLOAD_BUFFERSIZE, 256 << 10)
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    // Its share of the time for each of several addresses; the end of our patience is watched by the loop.
    let connect = request.patience.connect ?? .seconds(86_400)
    set(CURLOPT_CONNECTTIMEOUT_MS, max(1, Int(connect / .milliseconds(1))))
  }

  private func setAddress(_ request: HTTPRequest, _ settings: CurlSettings) {
    if case .unix(let path) = request.origin {
      set(CURLOPT_URL, "http://localhost" + request.target)
      set(CURLOPT_UNIX_SOCKET_PATH, path)
    } else {
      set(CURLOPT_URL, "\(request.origin)\(request.target)")
    }
    // A key such as `a/../b` is a name, not a way.
    set(CURLOPT_PATH_AS_IS, 1)
    // Without these two the library looks into the environment itself.
    let proxy = settings.proxies.proxy(for: request.origin)
    usesProxy = proxy != nil
    set(CURLOPT_PROXY, proxy ?? "")
    set(CURLOPT_NOPROXY, "")
    set(CURLOPT_HTTP_VERSION, Int(settings.options.offersHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1))
  }

  private func setMethod(_ request: HTTPRequest) {
    if case .none = request.body {
      if request.method == "HEAD" {
        set(CURLOPT_NOBODY, 1)
      } else if request.expectsBody {
        set(CURLOPT_POST, 1)
        set(CURLOPT_POSTFIELDSIZE, 0)
        set(CURLOPT_POSTFIELDS, "")
      }
    } else {
      set(CURLOPT_UPLOAD, 1)
      rp_curl_set_size(easy, CURLOPT_INFILESIZE_LARGE, request.body.length ?? -1)
    }
    set(CURLOPT_CUSTOMREQUEST, request.method)
  }

  private func setHeaders(_ request: HTTPRequest) {
    func add(_ line: String) { headerLines = rp_curl_list_append(headerLines, line) }
    // A name with nothing after the colon takes away what the library would add by itself.
    for name in ["Accept", "Content-Type", "Expect"] where request.headers[name] == nil { add(name + ":") }
    for field in request.headers.fields { add(field.value.isEmpty ? field.name + ";" : "\(field.name): \(field.value)") }
    rp_curl_set_list(easy, CURLOPT_HTTPHEADER, headerLines)
  }

  private func setCallbacks() {
    rp_curl_set_move(easy, CURLOPT_HEADERFUNCTION, CurlCallbacks.header)
    rp_curl_set_move(easy, CURLOPT_WRITEFUNCTION, CurlCallbacks.write)
    rp_curl_set_move(easy, CURLOPT_READFUNCTION, CurlCallbacks.read)
    rp_curl_set_seek(easy, CurlCallbacks.seek)
    rp_curl_set_ready(easy, CurlCallbacks.ready)
    rp_curl_set_sockets(easy, CurlCallbacks.opened, CurlCallbacks.closing, Unmanaged.passUnretained(sockets).toOpaque())
    for option in [CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_PREREQDATA, CURLOPT_PRIVATE] {
      rp_curl_set_pointer(easy, option, context)
    }
    rp_curl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)
  }

  private func setTLS(_ settings: CurlSettings) {
    let tls = settings.options.tls
    set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
    set(CURLOPT_SSL_VERIFYPEER, tls.verifies ? 1 : 0)
    set(CURLOPT_SSL_VERIFYHOST, tls.verifies ? 2 : 0)
    if tls.verifies {
      for option in [CURLOPT_CAINFO, CURLOPT_PROXY_CAINFO] { if let file = settings.authorities { set(option, file) } }
      for option in [CURLOPT_CAPATH, CURLOPT_PROXY_CAPATH] { if let folder = settings.authoritiesFolder { set(option, folder) } }
    }
    if let certificate = tls.certificate {
      set(CURLOPT_SSLCERT, certificate)
      set(CURLOPT_SSLKEY, tls.privateKey ?? certificate)
    }
  }

  private func set(_ option: CURLoption, _ value: Int) { rp_curl_set_long(easy, option, value) }
  private func set(_ option: CURLoption, _ value: String) { rp_curl_set_text(easy, option, value) }
}
