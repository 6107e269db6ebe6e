import Basics
import CCurl
import Glibc
import HTTPTransport
import Synchronization

/// An exchange while libcurl works on it; lives on the thread of the transfers and is called from there only.
final class Transfer {
  let exchange: Exchange
  let sockets: SocketBook
  /// The CURL.
  let easy: UnsafeMutableRawPointer
  /// Where libcurl puts its words about a failure.
  let words: UnsafeMutablePointer<CChar>
  var headerLines: UnsafeMutablePointer<curl_slist>?
  var clock: TransferClock
  var usesProxy = false
  /// Whether bytes came that the reader was not told of yet.
  var hasUnflushed = false
  /// Sending waits until what the server says already has been read.
  private(set) var listensFirst = false
  private var hasListened = false
  private var isReceivingPaused = false
  private var isSendingPaused = false
  /// The connection's, once it was asked for.
  private var socket: Int32?
  private var localPort: UInt16 = 0
  private var head = HeadAssembler()
  /// Why one of our functions ended the transfer.
  private var verdict: HTTPError?
  private var connectionsUsed = 0
  private var sent: Int64 = 0

  init(_ exchange: Exchange, easy: UnsafeMutableRawPointer, sockets: SocketBook, now: ContinuousClock.Instant) {
    self.exchange = exchange
    self.sockets = sockets
    self.easy = easy
    clock = TransferClock(exchange.request.patience, now: now)
    words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    words.deallocate()
    rp_curl_list_free(headerLines)
  }

  /// What libcurl is handed to find this object again.
  var context: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  // MARK: What libcurl calls

  /// There is a connection, and the request goes out now.
  ///
  /// libcurl repeats by itself what failed on a kept connection before an answer came. That is for requests that may be repeated only.
  func beginsToSend(localPort: UInt16) -> Int32 {
    (self.localPort, socket) = (localPort, nil)
    connectionsUsed += 1
    if connectionsUsed > 1 && !mayRepeat {
      verdict = HTTPError(.closed, "\(exchange.request.origin) closed the connection without an answer", mayHaveArrived: true)
      return CURL_PREREQFUNC_ABORT
    }
    exchange.mayHaveArrived.store(true, ordering: .releasing)
    clock.connected(sends: exchange.request.body.length != 0, now: .now)
    return CURL_PREREQFUNC_OK
  }

  func tookHeader(_ line: UnsafeRawBufferPointer) -> Int {
    clock.received(now: .now)
    do throws(HTTPError) {
      if let head = try head.take(line) { exchange.head.resolve(.success(head)) }
      return line.count
    } catch {
      verdict = error
      return 0
    }
  }

  func tookBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    clock.received(now: .now)
    switch exchange.body.push(bytes) {
    case .kept:
      hasUnflushed = true
      return bytes.count
    case .full:
      isReceivingPaused = true
      clock.isOurTurn = true
      return Int(CURL_WRITEFUNC_PAUSE)
    case .unwanted: return 0
    }
  }

  func giveBody(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    hasListened = !hasListened && serverSpeaks && !isReceivingPaused
    if hasListened {
      listensFirst = true
      isSendingPaused = true
      return Int(CURL_READFUNC_PAUSE)
    }
    let count: Int
    do throws(HTTPError) {
      switch exchange.request.body {
      case .none: return 0
      case .bytes(let bytes): count = copy(bytes, into: buffer)
      case .file(let file, let offset, let length): count = try read(file, offset, length, into: buffer)
      case .stream: return try takeStream(into: buffer)
      }
    } catch {
      verdict = error
      return Int(CURL_READFUNC_ABORT)
    }
    sent += Int64(count)
    clock.sent(isLast: exchange.request.body.length.map { sent >= $0 } ?? (count == 0), now: .now)
    return count
  }

  func rewindBody(to offset: Int64, origin: Int32) -> Int32 {
    guard origin == SEEK_SET, offset >= 0 else { return CURL_SEEKFUNC_FAIL }
    if case .stream = exchange.request.body { return sent == offset ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL }
    sent = offset
    return CURL_SEEKFUNC_OK
  }

  // MARK: What the loop calls

  /// There may be room again: goes on receiving.
  func resumeReceiving() -> CURLcode {
    guard isReceivingPaused else { return CURLE_OK }
    isReceivingPaused = false
    return unpause()
  }

  /// There may be something to send again.
  func resumeSending() -> CURLcode {
    listensFirst = false
    guard isSendingPaused else { return CURLE_OK }
    isSendingPaused = false
    return unpause()
  }

  /// How it ended, in our words.
  func result(_ code: CURLcode) -> Result<Void, HTTPError> {
    if let verdict { return .failure(verdict) }
    guard code != CURLE_OK else { return .success(()) }
    if code == CURLE_SEND_ERROR, let words = sockets.takeLastWords(localPort: localPort), let end = takeLastWords(words) { return end }
    let facts = CurlFailure.Facts(
      code: code, words: String(cString: words), systemCode: Int32(truncatingIfNeeded: rp_curl_get_long(easy, CURLINFO_OS_ERRNO)),
      proxyStatus: rp_curl_get_long(easy, CURLINFO_HTTP_CONNECTCODE), usesProxy: usesProxy,
      mayHaveArrived: exchange.mayHaveArrived.load(ordering: .acquiring))
    return .failure(CurlFailure.error(facts, exchange.request))
  }

  /// An answer that libcurl left unread when it failed to send; plain HTTP/1.1 only.
  /// - Returns: how the exchange ended, when the words are an answer.
  private func takeLastWords(_ words: [UInt8]) -> Result<Void, HTTPError>? {
    var rest = words[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = Array(rest[...end])
      rest = rest[(end + 1)...]
      guard let found = try? line.withUnsafeBytes({ try head.take($0) }) else { continue }
      let length = found.headers["Content-Length"].flatMap { Int($0) } ?? Int.max
      _ = Array(rest.prefix(length)).withUnsafeBytes { exchange.body.push($0) }
      exchange.head.resolve(.success(found))
      if rest.count >= length { return .success(()) }
      return .failure(
        HTTPError(.closed, "\(exchange.request.origin) closed the connection in the middle of an answer", mayHaveArrived: true))
    }
    return nil
  }

  private func unpause() -> CURLcode {
    clock.isOurTurn = isReceivingPaused || isSendingPaused
    clock.sent(isLast: false, now: .now)
    let what = (isReceivingPaused ? CURLPAUSE_RECV : 0) | (isSendingPaused ? CURLPAUSE_SEND : 0)
    return rp_curl_easy_pause(easy, what)
  }

  /// Whether the server has begun to say something.
  private var serverSpeaks: Bool {
    socket = socket ?? sockets.socket(localPort: localPort)
    guard let socket else { return false }
    var waiter = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&waiter, 1, 0) > 0
  }

  private var mayRepeat: Bool {
    if case .stream = exchange.request.body { return false }
    return exchange.request.isIdempotent
  }

  private func copy(_ bytes: [UInt8], into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(bytes.count - Int(sent), buffer.count)
    bytes.withUnsafeBytes { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[Int(sent)..<(Int(sent) + count)])) }
    return count
  }

  private func read(
    _ file: HTTPFile, _ offset: Int64, _ length: Int64, into buffer: UnsafeMutableRawBufferPointer
  ) throws(HTTPError) -> Int {
    let wanted = Int(min(length - sent, Int64(buffer.count)))
    let piece = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
    guard try file.read(into: piece, at: offset + sent) == wanted else { throw file.becameShorter }
    return wanted
  }

  private func takeStream(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    let exchange = exchange
    switch exchange.upload?.take(into: buffer, offer: { exchange.offerMore() }) {
    case .bytes(let count):
      sent += Int64(count)
      clock.sent(isLast: exchange.request.body.length.map { sent >= $0 } ?? false, now: .now)
      return count
    case .later:
      isSendingPaused = true
      clock.isOurTurn = true
      return Int(CURL_READFUNC_PAUSE)
    case .failed(let error): throw error
    case .end, nil:
      clock.sent(isLast: true, now: .now)
      return 0
    }
  }
}
