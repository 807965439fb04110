package dev.onceflow.cli.load.mapping;

import dev.onceflow.cli.load.rows.Rows;
import dev.onceflow.cli.load.source.Item;
import dev.onceflow.cli.load.source.LineRefused;
import dev.onceflow.cli.load.source.PaymentSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.NoSuchElementException;

/** A file read through a mapping, line by line. */
final class MappedFile implements PaymentSource {
  private final String origin;
  private final Rows rows;
  private final LineMapper mapper;
  private Item ahead;

  MappedFile(String origin, Rows rows, LineMapper mapper) {
    this.origin = origin;
    this.rows = rows;
    this.mapper = mapper;
  }

  @Override
  public String origin() {
    return origin;
  }

  @Override
  public boolean hasNext() {
    if (ahead == null) {
      ahead = read();
    }
    return ahead != null;
  }

  @Override
  public Item next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    Item item = ahead;
    ahead = null;
    return item;
  }

  private Item read() {
    try {
      return rows.next() ? new Item.Payment(rows.line(), mapper.map(rows)) : null;
    } catch (LineRefused refused) {
      return refused.at(rows.line(), rows.raw());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      rows.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
