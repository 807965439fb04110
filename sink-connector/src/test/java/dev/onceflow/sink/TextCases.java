package dev.onceflow.sink;

import static dev.onceflow.sink.TypeCase.holds;
import static dev.onceflow.sink.TypeCase.refused;
import static org.apache.kafka.connect.data.Schema.BYTES_SCHEMA;
import static org.apache.kafka.connect.data.Schema.STRING_SCHEMA;

import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** Texts, and types that are read from text. */
final class TextCases {
  private static final String UUID = "0198c0de-0000-7000-8000-00000000000a";

  private TextCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(texts(), named(), networks(), readByTheServer()).flatMap(s -> s);
  }

  private static Schema debezium(String name) {
    return SchemaBuilder.string().name("io.debezium.data." + name).build();
  }

  private static Stream<TypeCase> texts() {
    return Stream.of(
        holds("text", STRING_SCHEMA, "漢字 🦀", "漢字 🦀"),
        holds("varchar(2)", STRING_SCHEMA, "🦀🦀", "🦀🦀"),
        holds("char(4)", STRING_SCHEMA, "ab", "ab"),
        refused("char(2)", STRING_SCHEMA, "abc", "longer than 2 characters"),
        holds("name", STRING_SCHEMA, "an_identifier", "an_identifier"),
        refused("name", STRING_SCHEMA, "x".repeat(64), "longer than 63 bytes"),
        holds("\"char\"", STRING_SCHEMA, "c", "c"),
        refused("\"char\"", STRING_SCHEMA, "cc", "not of one byte"),
        holds("citext", STRING_SCHEMA, "MiXed", "MiXed"),
        holds("mood", STRING_SCHEMA, "ok", "ok"),
        refused("mood", STRING_SCHEMA, "unknown", "(SQLSTATE 22P02)"),
        refused(
            "text", STRING_SCHEMA, "a\u0000b", "holds U+0000, which PostgreSQL's text types can't"),
        refused("text", BYTES_SCHEMA, new byte[1], "which can't go to a column of type text"));
  }

  private static Stream<TypeCase> named() {
    return Stream.of(
        holds("uuid", debezium("Uuid"), UUID, UUID),
        holds("text", debezium("Uuid"), UUID, UUID),
        refused(
            "uuid",
            debezium("Uuid"),
            "0198c0de0-000-7000-8000-00000000000a",
            "no UUID in its canonical form of 36 characters"),
        holds("json", debezium("Json"), "{\"a\":  1}", "{\"a\":  1}"),
        holds("jsonb", debezium("Json"), "{\"a\":  1}", "{\"a\": 1}"),
        holds("text", debezium("Json"), "{}", "{}"),
        holds("jsonb", STRING_SCHEMA, " [1, \"\\u00e9\", null] ", "[1, \"é\", null]"),
        refused("jsonb", STRING_SCHEMA, "{'a': 1}", "no JSON"),
        refused("json", STRING_SCHEMA, "", "no JSON"),
        holds("json", STRING_SCHEMA, "\"\\u0000\"", "\"\\u0000\""),
        refused(
            "jsonb", STRING_SCHEMA, "\"\\u0000\"", "holds U+0000, which PostgreSQL's jsonb can't"),
        holds("xml", debezium("Xml"), "<a b=\"1\">é</a>", "<a b=\"1\">é</a>"),
        holds(
            "xml",
            debezium("Xml"),
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>é</a>",
            "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>é</a>"),
        refused("xml", debezium("Xml"), "<a", "(SQLSTATE 2200N)"),
        holds("mood", debezium("Enum"), "it's \"fine\"", "it's \"fine\""),
        holds("text", debezium("Enum"), "small", "small"),
        holds("text", debezium("EnumSet"), "a,b", "a,b"),
        holds("text[]", debezium("EnumSet"), "a,b", "{a,b}"),
        holds("mood[]", debezium("EnumSet"), "sad,ok", "{sad,ok}"),
        holds("text[]", debezium("EnumSet"), "", "{}"),
        holds("ltree", debezium("Ltree"), "Top.Science", "Top.Science"),
        refused("ltree", debezium("Ltree"), "a..b", "(SQLSTATE 42601)"));
  }

  private static Stream<TypeCase> networks() {
    return Stream.of(
        holds("inet", STRING_SCHEMA, "192.168.0.1", "192.168.0.1/32"),
        holds("inet", STRING_SCHEMA, "192.168.0.1/24", "192.168.0.1/24"),
        holds("inet", STRING_SCHEMA, "::1", "::1/128"),
        holds("inet", STRING_SCHEMA, "2001:db8::ff00:42:8329/64", "2001:db8::ff00:42:8329/64"),
        holds("inet", STRING_SCHEMA, "::ffff:10.0.0.1", "::ffff:10.0.0.1/128"),
        holds("inet", STRING_SCHEMA, "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8/128"),
        refused("inet", STRING_SCHEMA, "localhost", "no IP address in full, with or without /bits"),
        refused("inet", STRING_SCHEMA, "1.2.3", "no IP address in full, with or without /bits"),
        refused(
            "inet", STRING_SCHEMA, "1.2.3.4/33", "no IP address in full, with or without /bits"),
        refused("inet", STRING_SCHEMA, "1::2::3", "no IP address in full, with or without /bits"),
        holds("cidr", STRING_SCHEMA, "10.1.0.0/16", "10.1.0.0/16"),
        holds("cidr", STRING_SCHEMA, "2001:db8::/32", "2001:db8::/32"),
        refused(
            "cidr", STRING_SCHEMA, "10.1.0.1/16", "a network with bits to the right of its mask"),
        holds("macaddr", STRING_SCHEMA, "08:00:2B:01:02:03", "08:00:2b:01:02:03"),
        holds("macaddr", STRING_SCHEMA, "0800.2b01.0203", "08:00:2b:01:02:03"),
        refused("macaddr", STRING_SCHEMA, "08:00:2b:01:02", "no MAC address of 6 bytes"),
        holds("macaddr8", STRING_SCHEMA, "08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03:04:05"),
        holds("macaddr8", STRING_SCHEMA, "08002b010203", "08:00:2b:ff:fe:01:02:03"));
  }

  private static Stream<TypeCase> readByTheServer() {
    return Stream.of(
        holds("int4range", STRING_SCHEMA, "[1,5]", "[1,6)"),
        holds("int8range", STRING_SCHEMA, "empty", "empty"),
        holds("numrange", STRING_SCHEMA, "(0.5,)", "(0.5,)"),
        holds("daterange", STRING_SCHEMA, "[2024-01-01,2024-02-01)", "[2024-01-01,2024-02-01)"),
        holds(
            "tsrange",
            STRING_SCHEMA,
            "[2024-01-01 10:00,2024-01-01 11:00)",
            "[\"2024-01-01 10:00:00\",\"2024-01-01 11:00:00\")"),
        holds(
            "period",
            STRING_SCHEMA,
            "[2024-01-01 10:00+00,2024-01-01 11:00+00)",
            "[\"2024-01-01 10:00:00+00\",\"2024-01-01 11:00:00+00\")"),
        holds("int4multirange", STRING_SCHEMA, "{[1,3),[5,6)}", "{[1,3),[5,6)}"),
        refused("int4range", STRING_SCHEMA, "[5,1]", "(SQLSTATE 22000)"),
        refused("int4range", STRING_SCHEMA, "nonsense", "(SQLSTATE 22P02)"),
        holds("tsvector", STRING_SCHEMA, "'fat':2 'cat':3", "'cat':3 'fat':2"),
        refused("tsvector", STRING_SCHEMA, "'open", "(SQLSTATE 42601)"),
        holds("tsquery", STRING_SCHEMA, "fat & cat", "'fat' & 'cat'"),
        holds("box", STRING_SCHEMA, "(1,2),(3,4)", "(3,4),(1,2)"),
        holds("circle", STRING_SCHEMA, "<(1,2),3>", "<(1,2),3>"),
        holds("line", STRING_SCHEMA, "{1,2,3}", "{1,2,3}"),
        holds("lseg", STRING_SCHEMA, "[(1,2),(3,4)]", "[(1,2),(3,4)]"),
        holds("path", STRING_SCHEMA, "((1,2),(3,4))", "((1,2),(3,4))"),
        holds("polygon", STRING_SCHEMA, "((1,2),(3,4),(5,6))", "((1,2),(3,4),(5,6))"),
        holds("pg_lsn", STRING_SCHEMA, "16/B374D848", "16/B374D848"),
        holds("pair", STRING_SCHEMA, "(1,\"a b\")", "(1,\"a b\")"),
        holds("cube", STRING_SCHEMA, "(1, 2)", "(1, 2)"),
        holds("vector", STRING_SCHEMA, "[1,2]", "[1,2]"),
        holds("hstore", STRING_SCHEMA, "a=>1, b=>NULL", "\"a\"=>\"1\", \"b\"=>NULL"),
        holds(
            "hstore",
            debezium("Json"),
            "{\"a\": \"q\\\"uote\", \"b\": null, \"c\": 1.50}",
            "\"a\"=>\"q\\\"uote\", \"b\"=>NULL, \"c\"=>\"1.50\""));
  }
}
