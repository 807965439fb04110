package dev.onceflow.verification.sink;

class WorkerFaultsOnOldestConnectIT extends WorkerFaultsSuite {
  WorkerFaultsOnOldestConnectIT() {
    super(ConnectVersion.OLDEST);
  }
}
