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

  static let ready: rp_curl_ready = { context, _, _, _, _ in
    transfer(context)?.beginsToSend() ?? CURL_PREREQFUNC_ABORT
  }

  /// The loop holds the transfer as long as libcurl knows of it.
  private static func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
    context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
  }
}
