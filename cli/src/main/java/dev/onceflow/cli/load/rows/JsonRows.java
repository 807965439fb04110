package dev.onceflow.cli.load.rows;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The lines of a JSON lines file. Numbers keep the digits that they have in the file. Empty lines
 * are skipped, and counted in line numbers.
 */
final class JsonRows implements Rows {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final BufferedReader text;
  private final List<String> columns;
  private final StringBuilder buffer = new StringBuilder();
  private final Map<String, String> fields = new TreeMap<>();
  private String raw;
  private long line;

  JsonRows(Reader reader, List<String> columns) {
    this.text = new BufferedReader(reader);
    this.columns = List.copyOf(columns);
  }

  @Override
  public boolean next() throws IOException, LineRefused {
    do {
      raw = readLine();
      line++;
    } while (raw != null && raw.isBlank());
    if (raw == null) {
      return false;
    }
    fields.clear();
    try {
      parse();
    } catch (JsonProcessingException e) {
      throw new LineRefused("", Reason.BAD_JSON, e.getOriginalMessage());
    }
    return true;
  }

  // BufferedReader.readLine has no limit, and a file without line breaks would fill the heap.
  private String readLine() throws IOException {
    buffer.setLength(0);
    int c;
    while ((c = text.read()) >= 0) {
      if (c == '\n') {
        return buffer.toString();
      }
      if (buffer.length() == RowFormat.LINE_CHARS_MAX) {
        throw new IOException(
            "line %d has more than %d characters".formatted(line + 1, RowFormat.LINE_CHARS_MAX));
      }
      buffer.append((char) c);
    }
    return buffer.isEmpty() ? null : buffer.toString();
  }

  private void parse() throws IOException, LineRefused {
    try (JsonParser parser = JSON.createParser(raw)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new LineRefused("", Reason.BAD_JSON, "the line is not a JSON object");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_NULL) {
          fields.put(name, null);
        } else if (value.isScalarValue()) {
          fields.put(name, parser.getText());
        } else {
          fields.put(name, parser.readValueAsTree().toString());
        }
      }
      if (parser.nextToken() != null) {
        throw new LineRefused("", Reason.BAD_JSON, "more than one JSON value in the line");
      }
    }
  }

  @Override
  public long line() {
    return line;
  }

  @Override
  public String cell(int column) {
    return fields.get(columns.get(column));
  }

  @Override
  public String[] content(ContentColumns columns) {
    List<String> namesAndValues = new ArrayList<>(2 * fields.size());
    fields.forEach(
        (name, value) -> {
          if (columns.include(name)) {
            namesAndValues.add(name);
            namesAndValues.add(value);
          }
        });
    return namesAndValues.toArray(String[]::new);
  }

  @Override
  public String raw() {
    return raw.endsWith("\r") ? raw.substring(0, raw.length() - 1) : raw;
  }

  @Override
  public void close() throws IOException {
    text.close();
  }
}
