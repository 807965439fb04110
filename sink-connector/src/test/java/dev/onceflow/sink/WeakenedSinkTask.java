package dev.onceflow.sink;

import java.time.InstantSource;

/** The control's task; see {@link WeakenedSinkConnector}. */
public final class WeakenedSinkTask extends OnceflowSinkTask {
  /** For Connect. */
  public WeakenedSinkTask() {
    super(new WeakenedGuarantee(), InstantSource.system());
  }
}
