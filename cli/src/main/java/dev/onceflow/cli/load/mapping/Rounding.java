package dev.onceflow.cli.load.mapping;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * To how many places, and how.
 *
 * @param scale decimal places, zero for whole numbers
 * @param mode what happens to the rest
 */
record Rounding(int scale, RoundingMode mode) {
  static final int SCALE_MAX = 20;

  BigDecimal apply(BigDecimal value) {
    return value.setScale(scale, mode);
  }
}
