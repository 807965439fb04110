package dev.onceflow.verification.sink;

class WorkerFaultsIT extends WorkerFaultsSuite {
  WorkerFaultsIT() {
    super(ConnectVersion.BUILT_AGAINST);
  }
}
