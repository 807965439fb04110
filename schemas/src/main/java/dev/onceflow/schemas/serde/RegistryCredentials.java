package dev.onceflow.schemas.serde;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.types.Password;

/**
 * Who asks a registry, by Confluent's settings: HTTP's basic authentication (RFC 7617) with the
 * credentials in a setting or in the address, or a bearer token (RFC 6750). Credentials that would
 * not be used are refused, since the registry's 401 would not say that they were never sent. No
 * message holds a secret.
 */
final class RegistryCredentials {
  static final String BASIC_SOURCE = "basic.auth.credentials.source";
  static final String USER_INFO = "basic.auth.user.info";
  static final String PREFIXED_USER_INFO = "schema.registry.basic.auth.user.info";
  static final String BEARER_SOURCE = "bearer.auth.credentials.source";
  static final String TOKEN = "bearer.auth.token";

  /** What to look at when a registry says no. */
  static final String SETTINGS =
      "%s with %s (or credentials in %s), or %s with %s"
          .formatted(BASIC_SOURCE, USER_INFO, SerdeConfig.REGISTRY_URL, BEARER_SOURCE, TOKEN);

  private static final String FROM_SETTING = "USER_INFO";
  private static final String FROM_URL = "URL";
  private static final String FROM_TOKEN = "STATIC_TOKEN";
  private static final String ELSE =
      "; Confluent's own serializers, named in %s and %s, know more of them"
          .formatted(AvroSerdes.SERIALIZER_CLASS, AvroSerdes.DESERIALIZER_CLASS);

  /** RFC 6750's b64token. */
  private static final Pattern TOKEN_FORM = Pattern.compile("[A-Za-z0-9._~+/-]+=*");

  private final Map<String, Object> values;
  private final String basic;
  private final String bearer;

  private RegistryCredentials(Map<String, Object> values) {
    this.values = values;
    this.basic = source(BASIC_SOURCE, FROM_SETTING, FROM_URL);
    this.bearer = source(BEARER_SOURCE, FROM_TOKEN);
  }

  static ConfigDef addTo(ConfigDef definition) {
    return definition
        .define(BASIC_SOURCE, ConfigDef.Type.STRING, "", Importance.MEDIUM, "USER_INFO or URL.")
        .define(USER_INFO, ConfigDef.Type.PASSWORD, "", Importance.MEDIUM, "USER:PASSWORD.")
        .define(
            PREFIXED_USER_INFO, ConfigDef.Type.PASSWORD, "", Importance.MEDIUM, "USER:PASSWORD.")
        .define(BEARER_SOURCE, ConfigDef.Type.STRING, "", Importance.MEDIUM, "STATIC_TOKEN.")
        .define(TOKEN, ConfigDef.Type.PASSWORD, "", Importance.MEDIUM, "The token.");
  }

  /**
   * The value of the {@code Authorization} header for each of {@code addresses}, in their order.
   *
   * @param values parsed settings
   * @throws ConfigException if the settings contradict each other, or one is missing
   */
  static List<Optional<Password>> headers(
      Map<String, Object> values, List<RegistryAddress> addresses) {
    return new RegistryCredentials(values).headers(addresses);
  }

  private List<Optional<Password>> headers(List<RegistryAddress> addresses) {
    if (!basic.isEmpty() && !bearer.isEmpty()) {
      throw new ConfigException(
          BEARER_SOURCE, bearer, "expected either this or " + BASIC_SOURCE + ", not both");
    }
    Optional<Password> given = fromSettings();
    boolean inAddress = addresses.stream().anyMatch(each -> each.credentials().isPresent());
    if (given.isPresent() && inAddress) {
      throw new ConfigException(
          "Credentials stand in %s and in a setting of their own; expected one of them"
              .formatted(SerdeConfig.REGISTRY_URL));
    }
    if (basic.equals(FROM_URL) && !inAddress) {
      throw new ConfigException(
          BASIC_SOURCE,
          basic,
          "expected credentials in %s, as in https://USER:PASSWORD@registry.example"
              .formatted(SerdeConfig.REGISTRY_URL));
    }
    return addresses.stream()
        .map(each -> given.or(() -> each.credentials().map(RegistryCredentials::basicHeader)))
        .toList();
  }

  private Optional<Password> fromSettings() {
    String userInfo = secret(PREFIXED_USER_INFO).or(() -> secret(USER_INFO)).orElse("");
    requireSource(userInfo, USER_INFO, BASIC_SOURCE, basic, FROM_SETTING);
    if (basic.equals(FROM_SETTING)) {
      if (userInfo.indexOf(':') < 1) {
        throw new ConfigException(
            USER_INFO,
            Password.HIDDEN,
            "expected USER:PASSWORD, since %s is %s".formatted(BASIC_SOURCE, FROM_SETTING));
      }
      return Optional.of(basicHeader(new Password(userInfo)));
    }
    String token = secret(TOKEN).orElse("");
    requireSource(token, TOKEN, BEARER_SOURCE, bearer, FROM_TOKEN);
    if (bearer.equals(FROM_TOKEN)) {
      if (!TOKEN_FORM.matcher(token).matches()) {
        throw new ConfigException(
            TOKEN,
            Password.HIDDEN,
            "expected a bearer token (RFC 6750: letters, digits and -._~+/=), since %s is %s"
                .formatted(BEARER_SOURCE, FROM_TOKEN));
      }
      return Optional.of(new Password("Bearer " + token));
    }
    return Optional.empty();
  }

  private static void requireSource(
      String secret, String key, String sourceKey, String source, String expected) {
    if (!secret.isEmpty() && !source.equals(expected)) {
      throw new ConfigException(
          "%s is given and would not be used: expected %s=%s".formatted(key, sourceKey, expected));
    }
  }

  private String source(String key, String... known) {
    String given = values.get(key).toString().strip().toUpperCase(Locale.ROOT);
    if (!given.isEmpty() && !List.of(known).contains(given)) {
      throw new ConfigException(
          key, values.get(key), "expected " + String.join(" or ", known) + ELSE);
    }
    return given;
  }

  private Optional<String> secret(String key) {
    return Optional.of(((Password) values.get(key)).value().strip())
        .filter(value -> !value.isEmpty());
  }

  private static Password basicHeader(Password userInfo) {
    return new Password(
        "Basic "
            + Base64.getEncoder()
                .encodeToString(userInfo.value().getBytes(StandardCharsets.UTF_8)));
  }
}
