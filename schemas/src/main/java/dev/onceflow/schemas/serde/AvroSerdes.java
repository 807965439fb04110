package dev.onceflow.schemas.serde;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;

/**
 * Makes the Avro serdes of a job from its configuration: {@value #SERIALIZER_CLASS} and {@value
 * #DESERIALIZER_CLASS} name the classes (ours unless given; Confluent's {@code KafkaAvroSerializer}
 * and {@code KafkaAvroDeserializer} fit), and every other setting is passed on to them. Ours know
 * these settings of Confluent's:
 *
 * <ul>
 *   <li>{@code schema.registry.url}, required; several addresses are tried in turn
 *   <li>{@code basic.auth.credentials.source} = {@code USER_INFO} with {@code basic.auth.user.info}
 *       (or {@code schema.registry.basic.auth.user.info}), or {@code URL} with the credentials in
 *       the address
 *   <li>{@code bearer.auth.credentials.source} = {@code STATIC_TOKEN} with {@code
 *       bearer.auth.token}
 *   <li>{@code schema.registry.ssl.*}: Kafka's keys for trust stores, key stores and protocols
 *   <li>{@code auto.register.schemas}: false looks schemas up and registers none
 * </ul>
 *
 * <p>A wrong one is refused when this object is made, and not by a thread of the job later.
 */
public final class AvroSerdes {
  /** Which class writes Avro. */
  public static final String SERIALIZER_CLASS = "avro.serializer.class";

  /** Which class reads Avro. */
  public static final String DESERIALIZER_CLASS = "avro.deserializer.class";

  private final Map<String, Object> config;

  /**
   * @param config the job's configuration; {@code schema.registry.url} is required by our serdes
   * @throws ConfigException if a setting of our serdes is wrong, naming it and what is expected
   */
  public AvroSerdes(Map<String, ?> config) {
    TrustedContracts.ensure();
    this.config = new HashMap<>(config);
    if (!config.containsKey(DESERIALIZER_CLASS)) {
      SerdeConfig.registry(config);
    }
    if (!config.containsKey(SERIALIZER_CLASS)) {
      SerdeConfig.ids(config);
    }
  }

  /**
   * A serde for record values.
   *
   * @param type the generated class
   */
  public <T extends SpecificRecord> Serde<T> values(Class<T> type) {
    return Serdes.serdeFrom(serializer(), deserializer(type));
  }

  /** A configured serializer for record values. */
  public <T extends SpecificRecord> Serializer<T> serializer() {
    Serializer<T> serializer = newInstance(SERIALIZER_CLASS, RegistryAvroSerializer.class);
    serializer.configure(config, false);
    return serializer;
  }

  /**
   * A configured deserializer for record values.
   *
   * @param type the generated class
   */
  public <T extends SpecificRecord> Deserializer<T> deserializer(Class<T> type) {
    Deserializer<T> deserializer = newInstance(DESERIALIZER_CLASS, RegistryAvroDeserializer.class);
    Map<String, Object> settings = new HashMap<>(config);
    settings.put("specific.avro.reader", true);
    settings.put(RegistryAvroDeserializer.VALUE_TYPE, type);
    deserializer.configure(settings, false);
    return deserializer;
  }

  // The class is named by configuration, so only its use can show that it fits.
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <S> S newInstance(String key, Class<?> byDefault) {
    Object name = config.getOrDefault(key, byDefault);
    try {
      return (S)
          (name instanceof Class<?> type
              ? Utils.newInstance(type)
              : Utils.newInstance(name.toString(), Object.class));
    } catch (ClassNotFoundException e) {
      throw new ConfigException(key, name, "the class is not on the class path");
    }
  }
}
