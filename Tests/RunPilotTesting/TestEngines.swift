import FoundationEssentials

/// The services that `dev/engines` starts and names in the environment. A test that needs one and finds none fails; it does not skip.
public enum TestEngines {
  /// A real S3 server, empty when it was started. Tests run side by side: make a bucket of your own.
  public static var s3: S3Engine {
    get throws {
      S3Engine(
        endpoint: try setting("S3_ENDPOINT"), accessKey: try setting("S3_ACCESS_KEY"), secretKey: try setting("S3_SECRET_KEY"),
        readerAccessKey: try setting("S3_READER_ACCESS_KEY"), readerSecretKey: try setting("S3_READER_SECRET_KEY"),
        faultyEndpoint: try setting("S3_FAULTS_ENDPOINT"), faults: NetworkFaults(try EngineControl(setting("S3_FAULTS_CONTROL"))))
    }
  }

  /// A cloud that checks what AWS checks. Tests run side by side: open an account of your own.
  public static var aws: AWSEngine {
    get throws { AWSEngine(endpoint: try setting("AWS_ENDPOINT"), control: try EngineControl(setting("AWS_CONTROL"))) }
  }

  /// RunPod, as far as renting pods goes. Tests run side by side: open an account of your own.
  public static var runPod: RunPodEngine {
    get throws { RunPodEngine(endpoint: try setting("RUNPOD_ENDPOINT"), control: try EngineControl(setting("RUNPOD_CONTROL"))) }
  }

  /// Lyceum Cloud, as far as executions go. Tests run side by side: open an account of your own.
  public static var lyceum: LyceumEngine {
    get throws { LyceumEngine(endpoint: try setting("LYCEUM_ENDPOINT"), control: try EngineControl(setting("LYCEUM_CONTROL"))) }
  }

  /// A real Slurm cluster of two nodes: its configuration, and that of an ssh that knows its login node as `login`.
  public static var cluster: (configuration: String, sshConfiguration: String) {
    get throws { (try setting("SLURM_CONF"), try setting("SSH_CONFIG")) }
  }

  /// The same cluster's slurmrestd: by its port, by a network that lies in front of that, and by its socket; and another one without accounts,
  /// by its own. Callers need a token.
  public static var clusterREST: (endpoint: String, faultyEndpoint: String, faults: NetworkFaults, socket: String, plain: String) {
    get throws {
      let faulty = try setting("SLURM_REST_FAULTS")
      let sockets = "unix://" + (try setting("SLURM_REST_SOCKETS"))
      return (
        try setting("SLURM_REST"), faulty, NetworkFaults(try EngineControl(faulty + "/_faults")), sockets + "/socket", sockets + "/plain"
      )
    }
  }

  /// What `dev/engines` says about its services.
  /// - Throws: ``MissingEngine`` when it does not.
  static func setting(_ name: String) throws(MissingEngine) -> String {
    let name = "RUNPILOT_TEST_" + name
    guard let value = ProcessInfo.processInfo.environment[name] else { throw MissingEngine(setting: name) }
    return value
  }
}

/// A service that a test needs was not started.
public struct MissingEngine: Error, CustomStringConvertible {
  let setting: String
  /// Says how to start it.
  public var description: String {
    "\(setting) is not set: run the tests with `make test`, or start the engines with `eval \"$(dev/engines start)\"`"
  }
}
