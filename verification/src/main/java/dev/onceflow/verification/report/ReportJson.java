package dev.onceflow.verification.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A report as JSON, by the schema {@code chaos-report.schema.json} beside this class: names in
 * lower case with underscores, times in ISO 8601 and UTC. What can be worked out (the conclusion,
 * recovery times) is written for other readers and not read back.
 */
public final class ReportJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
          // What is worked out comes back by being worked out again.
          .disable(MapperFeature.USE_GETTERS_AS_SETTERS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, new InstantWriter())
                  .addDeserializer(Instant.class, new InstantReader())
                  .addSerializer(Answer.class, new AnswerWriter()))
          .build();

  private ReportJson() {}

  /**
   * The report as text: one line for each sample, fault and so on, so that lines can be compared.
   */
  public static String write(ChaosReport report) {
    StringJoiner fields = new StringJoiner(",\n", "{\n", "\n}\n");
    ObjectNode json = JSON.valueToTree(report);
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      fields.add("  \"" + field.getKey() + "\": " + laidOut(field.getValue()));
    }
    return fields.toString();
  }

  /** Writes a file, whole or not at all. */
  public static void write(ChaosReport report, Path file) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    // Not writeString: half a character in what a fault was seen to do must not cost the report.
    Files.write(partial, write(report).getBytes(StandardCharsets.UTF_8));
    Files.move(partial, file, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Reads a report.
   *
   * @throws IllegalArgumentException if the text is none
   */
  public static ChaosReport read(String text) {
    try {
      JsonNode json = JSON.readTree(text);
      String format = json.path("format").asText();
      if (!ChaosReport.FORMAT.equals(format)) {
        throw new IllegalArgumentException(
            "Format is '%s': expected a report of 'onceflow chaos', format '%s'."
                .formatted(format, ChaosReport.FORMAT));
      }
      return JSON.treeToValue(json, ChaosReport.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "Not a report of 'onceflow chaos': " + e.getOriginalMessage(), e);
    }
  }

  /** Reads a file. */
  public static ChaosReport read(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    try {
      return read(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  private static String laidOut(JsonNode value) {
    if (value.isArray() && !value.isEmpty()) {
      StringJoiner lines = new StringJoiner(",\n    ", "[\n    ", "\n  ]");
      value.forEach(element -> lines.add(element.toString()));
      return lines.toString();
    }
    return value.toString();
  }

  private static final class InstantWriter extends JsonSerializer<Instant> {
    @Override
    public void serialize(Instant value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.toString());
    }
  }

  private static final class InstantReader extends JsonDeserializer<Instant> {
    @Override
    public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return Instant.parse(in.getText());
    }
  }

  private static final class AnswerWriter extends JsonSerializer<Answer> {
    @Override
    public void serialize(Answer value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(value.name().toLowerCase(Locale.ROOT));
    }
  }
}
