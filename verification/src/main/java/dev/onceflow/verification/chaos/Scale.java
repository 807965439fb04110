package dev.onceflow.verification.chaos;

import dev.onceflow.verification.cluster.Shape;

/** How large a run is. */
enum Scale {
  /** One broker, two jobs, two workers: for a few minutes on two cores. */
  SMALL(300),

  /** Three brokers, three jobs, two workers. */
  FULL(500);

  private final int perSecond;

  Scale(int perSecond) {
    this.perSecond = perSecond;
  }

  Shape shape() {
    return this == SMALL ? Shape.SMALL : Shape.FULL;
  }

  /** Records a second, unless another rate is asked for. */
  int perSecond() {
    return perSecond;
  }
}
