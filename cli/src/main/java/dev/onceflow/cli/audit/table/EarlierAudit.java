package dev.onceflow.cli.audit.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.onceflow.cli.UserException;
import dev.onceflow.cli.audit.certificate.Certificate;
import dev.onceflow.cli.audit.digest.RowSums;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An earlier audit that a later one builds on: it is believed for what lies below its cut.
 *
 * @param fingerprint names its certificate
 * @param madeAt when it ended
 * @param to by partition, the first offset that it did not cover
 * @param columns what it compared, each with its type
 * @param key of its digest
 * @param rows the table as it saw it
 */
record EarlierAudit(
    String fingerprint,
    String madeAt,
    Map<Integer, Long> to,
    List<String> columns,
    String key,
    RowSums rows) {

  /**
   * Reads its certificate.
   *
   * @throws UserException if it is of something else, or did not agree
   */
  static EarlierAudit of(Certificate certificate, InsertEffect effect, TopicFacts facts) {
    JsonNode json = certificate.json();
    require("kind", json.path("kind").asText(), "table");
    require("verdict", json.path("verdict").asText(), "agree");
    require("sink", json.path("sink").asText(), effect.sink());
    require("topic", json.at("/topic/name").asText(), effect.topic());
    require("table", json.at("/table/name").asText(), effect.target());
    if (facts.topicId().isPresent() && json.at("/topic/id").isTextual()) {
      require("topic's ID", json.at("/topic/id").asText(), facts.topicId().get().toString());
    }
    Map<Integer, Long> to = new TreeMap<>();
    for (JsonNode partition : json.at("/topic/partitions")) {
      to.put(partition.path("partition").asInt(), partition.path("to").asLong());
    }
    List<String> columns = new ArrayList<>();
    for (JsonNode column : json.at("/table/columns")) {
      columns.add(column.path("name").asText() + " " + column.path("type").asText());
    }
    try {
      return new EarlierAudit(
          certificate.fingerprint(),
          json.path("made_at").asText(),
          to,
          columns,
          json.at("/digest/key").asText(),
          RowSums.of(json.at("/table/rows").asLong(), json.at("/table/digest").asText()));
    } catch (IllegalArgumentException e) {
      throw new UserException("The earlier certificate can't be built on: " + e.getMessage(), e);
    }
  }

  private static void require(String what, String found, String expected) {
    if (!found.equals(expected)) {
      throw new UserException(
          "The earlier certificate's %s is %s: expected %s to build on."
              .formatted(what, found, expected));
    }
  }

  byte[] keyBytes() {
    return HexFormat.of().parseHex(key);
  }

  /** Its digest is of rows in these columns. */
  void requireSame(List<ComparedColumn> compared) {
    List<String> now =
        compared.stream().map(column -> column.name() + " " + column.type()).toList();
    if (!now.equals(columns)) {
      throw new UserException(
          "The earlier certificate compared columns %s, and now there are %s: audit once without --since."
              .formatted(columns, now));
    }
  }
}
