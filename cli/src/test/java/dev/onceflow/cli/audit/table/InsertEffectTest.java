package dev.onceflow.cli.audit.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.onceflow.cli.UserException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InsertEffectTest {
  private static final String PLAIN =
      """
      name=orders-sink
      tables=orders,totals
      table.orders.topic=orders
      table.orders.effect=insert
      table.orders.event.id=field:order_id
      table.totals.topic=orders
      table.totals.effect=accumulate
      """;

  private static InsertEffect read(String settings) {
    return InsertEffect.of(
        ConnectorFile.parse("sink.properties", settings), Optional.empty(), Optional.empty());
  }

  private static void assertRefused(String settings, String... why) {
    assertThatThrownBy(() -> read(settings))
        .isInstanceOf(UserException.class)
        .message()
        .contains("sink.properties")
        .contains(why);
  }

  @Test
  void theOnlyInsertIsFound() {
    InsertEffect effect = read(PLAIN);

    assertThat(effect.sink()).isEqualTo("orders-sink");
    assertThat(effect.topic()).isEqualTo("orders");
    assertThat(effect.target()).isEqualTo("orders");
    assertThat(effect.eventColumn()).contains("order_id");
    assertThat(effect.source("amount", List.of("order_id", "amount")))
        .contains(new ValueSource.Field("amount"));
    assertThat(effect.source("made_at", List.of("order_id", "amount"))).isEmpty();
  }

  @Test
  void everyKeyIsRead() {
    InsertEffect effect =
        read(
            PLAIN
                + """
                sink.name=shop
                table.orders.target=sales.orders
                table.orders.columns=id=field:order_id,city=field:address.city,src=record:partition,pos=record:offset
                table.orders.when=kind=SALE && header:region~eu-.*
                dlq.table=true
                errors.deadletterqueue.topic.name=orders-dlq
                """);

    assertThat(effect.sink()).isEqualTo("shop");
    assertThat(effect.target()).isEqualTo("sales.orders");
    assertThat(effect.eventColumn()).contains("id");
    assertThat(effect.columns().orElseThrow())
        .containsEntry("city", new ValueSource.Field("address.city"))
        .containsEntry("pos", ValueSource.Part.OFFSET);
    assertThat(effect.deadLetterTable()).isTrue();
    assertThat(effect.deadLetterTopic()).contains("orders-dlq");
    Map<String, Object> sale = Map.of("field:kind", "SALE", "header:region", "eu-west");
    Map<String, Object> other = Map.of("field:kind", "SALE");
    assertThat(effect.when().takes(source -> sale.get(source.toString()))).isTrue();
    assertThat(effect.when().takes(source -> other.get(source.toString()))).isFalse();
  }

  @Test
  void namesOfColumnsFollowTheConnectorsNaming() {
    InsertEffect effect = read(PLAIN.replace("order_id", "orderID") + "column.naming=snake_case\n");

    assertThat(effect.eventColumn()).contains("order_id");
    assertThat(effect.source("line_no", List.of("orderID", "lineNo")))
        .contains(new ValueSource.Field("lineNo"));
  }

  @Test
  void bothFormsOfJsonAreRead() {
    String flat = "{\"name\": \"a\", \"tables\": \"t\", \"tasks.max\": 2}";
    String nested = "{\"name\": \"a\", \"config\": {\"tables\": \"t\"}}";

    assertThat(ConnectorFile.parse("f", flat).text("tasks.max")).contains("2");
    assertThat(ConnectorFile.parse("f", nested).text("name")).contains("a");
    assertThat(ConnectorFile.parse("f", nested).text("tables")).contains("t");
  }

  @Test
  void whatCannotBeFollowedIsRefusedByName() {
    assertRefused(PLAIN + "transforms=mask\n", "transforms", "mask");
    assertRefused(PLAIN + "record.format=debezium\n", "record.format", "debezium");
    assertRefused(PLAIN + "table.orders.topics.regex=o.*\n", "table.orders.topics.regex");
    assertRefused(PLAIN + "table.orders.target=${topic}\n", "table.orders.target");
    assertRefused(PLAIN + "table.orders.event.id=key:id\n", "table.orders.event.id", "key:id");
    assertRefused(PLAIN + "table.totals.target=orders\n", "table.totals.target", "orders");
    assertRefused(PLAIN.replace("effect=insert", "effect=upsert"), "--table");
    assertRefused(PLAIN.replace("name=orders-sink\n", ""), "name", "is not given");
  }

  @Test
  void aReferenceIsNamedWithTheOptionThatStandsIn() {
    ConnectorFile file =
        ConnectorFile.parse("f", "connection.password=${file:/run/secrets/p:password}\n");

    assertThatThrownBy(() -> file.resolved("connection.password", "--password-file"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("${file:/run/secrets/p:password}")
        .hasMessageContaining("give --password-file");
  }
}
