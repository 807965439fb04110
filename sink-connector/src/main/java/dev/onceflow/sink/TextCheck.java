package dev.onceflow.sink;

import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * A check of one key's value, which says what was expected.
 *
 * @param accepted sees the value as text
 */
record TextCheck(Predicate<String> accepted, String expected) implements ConfigDef.Validator {
  @Override
  public void ensureValid(String key, Object value) {
    if (!accepted.test(String.valueOf(value))) {
      throw new ConfigException(key, value, expected);
    }
  }

  @Override
  public String toString() {
    return expected;
  }
}
