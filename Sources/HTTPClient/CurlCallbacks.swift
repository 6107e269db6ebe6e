import CCurl

// What libcurl calls, on the thread that runs the loop. A file of their own: a closure written inside `main()` or on an actor would carry that
// isolation with it, and end the process when C calls it from here.

/// Options that are functions.
enum CurlCallbacks {
  static let header: rp_curl_move = { bytes, size, count, context in
    transfer(context)?.tookHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
  }

  static let write: rp_curl_move = { bytes, size, count, context in
    transfer(context)?.tookBody(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
  }

  static let read: rp_curl_move = { bytes, size, count, context in
    transfer(context)?.giveBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count)) ?? Int(CURL_READFUNC_ABORT)
  }

  static let seek: rp_curl_seek = { context, offset, origin in
    transfer(context)?.rewindBody(to: Int64(offset), origin: origin) ?? CURL_SEEKFUNC_FAIL
  }

  static let ready: rp_curl_ready = { context, _, _, _, localPort in
    transfer(context)?.beginsToSend(localPort: UInt16(truncatingIfNeeded: localPort)) ?? CURL_PREREQFUNC_ABORT
  }

  static let opened: rp_curl_opened = { context, socket, _ in
    book(context)?.opened(socket)
    return CURL_SOCKOPT_OK
  }

  static let closing: rp_curl_closing = { context, socket in
    book(context)?.close(socket)
    return 0
  }

  /// The loop holds the transfer as long as libcurl knows of it.
  private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }

  /// The loop holds it as long as there is a connection.
  private static func book(_ context: UnsafeMutableRawPointer?) -> SocketBook? {
    context.map { Unmanaged<SocketBook>.fromOpaque($0).takeUnretainedValue() }
  }
}
