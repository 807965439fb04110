package dev.onceflow.sink.record;

import dev.onceflow.sink.postgres.UnfitValueException;
import java.util.LinkedHashMap;
import java.util.Map;

/** RFC 8259, as far as it takes to say whether a text is JSON before a batch depends on it. */
final class JsonSyntax {
  /** Less than PostgreSQL's stack takes; deeper documents are none that anybody means. */
  private static final int DEPTH_MAX = 1_000;

  private static final int UNICODE_DIGITS = 4;
  private static final String ESCAPABLE = "\"\\/bfnrt";

  private final String text;
  private final boolean refusesNul;
  private int at;

  private JsonSyntax(String text, boolean refusesNul) {
    this.text = text;
    this.refusesNul = refusesNul;
  }

  /** Refuses what isn't one JSON value. */
  static void check(String text) {
    new JsonSyntax(text, false).document();
  }

  /** The same, and refuses U+0000 in strings, which jsonb can't hold. */
  static void checkForJsonb(String text) {
    new JsonSyntax(text, true).document();
  }

  /** The members of an object: strings decoded, all other values as they are written. */
  static Map<String, String> members(String text) {
    check(text);
    JsonSyntax json = new JsonSyntax(text, true);
    Map<String, String> members = new LinkedHashMap<>();
    json.skipBlanks();
    json.expect('{');
    json.skipBlanks();
    while (json.peek() != '}') {
      String name = json.member();
      json.skipBlanks();
      json.expect(':');
      json.skipBlanks();
      String value = json.member();
      members.put(name, value);
      json.skipBlanks();
      if (json.peek() == ',') {
        json.at++;
        json.skipBlanks();
      }
    }
    return members;
  }

  private String member() {
    int from = at;
    if (peek() == '"') {
      string();
      return decoded(text.substring(from + 1, at - 1));
    }
    value(0);
    String written = text.substring(from, at);
    return written.equals("null") ? null : written;
  }

  private static String decoded(String escaped) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < escaped.length(); i++) {
      char c = escaped.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      c = escaped.charAt(++i);
      if (c == 'u') {
        plain.append((char) Integer.parseInt(escaped.substring(i + 1, i + 5), 16));
        i += UNICODE_DIGITS;
      } else {
        plain.append(
            switch (c) {
              case 'b' -> '\b';
              case 'f' -> '\f';
              case 'n' -> '\n';
              case 'r' -> '\r';
              case 't' -> '\t';
              default -> c;
            });
      }
    }
    return plain.toString();
  }

  private void document() {
    skipBlanks();
    value(0);
    skipBlanks();
    if (at != text.length()) {
      throw noJson();
    }
  }

  private void value(int depth) {
    if (depth > DEPTH_MAX) {
      throw new UnfitValueException("JSON that is nested deeper than " + DEPTH_MAX + " levels");
    }
    switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void object(int depth) {
    at++;
    skipBlanks();
    if (peek() == '}') {
      at++;
      return;
    }
    do {
      skipBlanks();
      string();
      skipBlanks();
      expect(':');
      skipBlanks();
      value(depth + 1);
      skipBlanks();
    } while (isMore('}'));
  }

  private void array(int depth) {
    at++;
    skipBlanks();
    if (peek() == ']') {
      at++;
      return;
    }
    do {
      skipBlanks();
      value(depth + 1);
      skipBlanks();
    } while (isMore(']'));
  }

  private boolean isMore(char end) {
    if (peek() == ',') {
      at++;
      return true;
    }
    expect(end);
    return false;
  }

  private void string() {
    expect('"');
    for (char c = peek(); c != '"'; c = peek()) {
      if (c < ' ') {
        throw noJson();
      }
      at++;
      if (c == '\\') {
        escape();
      }
    }
    at++;
  }

  private void escape() {
    char c = peek();
    at++;
    if (c == 'u') {
      int code = 0;
      for (int i = 0; i < UNICODE_DIGITS; i++) {
        int digit = Character.digit(peek(), 16);
        if (digit < 0 || peek() > 'f') {
          throw noJson();
        }
        code = code * 16 + digit;
        at++;
      }
      if (code == 0 && refusesNul) {
        throw new UnfitValueException("holds U+0000, which PostgreSQL's jsonb can't");
      }
    } else if (ESCAPABLE.indexOf(c) < 0) {
      throw noJson();
    }
  }

  private void number() {
    if (peek() == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
    }
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      at++;
      if (peek() == '+' || peek() == '-') {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int from = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    if (at == from) {
      throw noJson();
    }
  }

  private void literal(String expected) {
    if (!text.startsWith(expected, at)) {
      throw noJson();
    }
    at += expected.length();
  }

  private void expect(char c) {
    if (peek() != c) {
      throw noJson();
    }
    at++;
  }

  private char peek() {
    if (at >= text.length()) {
      throw noJson();
    }
    return text.charAt(at);
  }

  private void skipBlanks() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\t' && c != '\r') {
        return;
      }
      at++;
    }
  }

  private static UnfitValueException noJson() {
    return new UnfitValueException("no JSON");
  }
}
