package dev.onceflow.cli.connection;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A connection setting's name.
 *
 * @param name as it stands in a profile, such as {@code kafka.bootstrap.servers}
 * @param isSecret whether its value is never shown
 */
record Key(String name, boolean isSecret) {
  private static final String VARIABLE_PREFIX = "ONCEFLOW_";

  /** Credentials inside an address: {@code //USER:PASSWORD@}. */
  private static final Pattern USER_INFO = Pattern.compile("(//[^/?#@:,]*):[^/?#,]*@");

  /** Secrets among an address's parameters. */
  private static final Pattern PARAMETER =
      Pattern.compile("(?i)([?&;][a-z]*(?:password|secret|token)[a-z]*=)[^&;#]*");

  private static final String MASK = "********";

  /** The environment variable of the same meaning. */
  String variable() {
    return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The value, or what may be shown of it. */
  String shown(String value) {
    return isSecret ? MASK : masked(value);
  }

  /** An address without the credentials in it. */
  static String masked(String address) {
    String withoutUser = USER_INFO.matcher(address).replaceAll("$1:" + MASK + "@");
    return PARAMETER.matcher(withoutUser).replaceAll("$1" + MASK);
  }
}
