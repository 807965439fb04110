package dev.onceflow.cli.load.mapping;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.jexl3.JexlContext;

/**
 * What expressions see of a line: the columns, then the computed values, by name. One object serves
 * all lines, since a map per line would cost more than the expressions do.
 */
final class LineValues implements JexlContext {
  private final Map<String, Integer> indexes;
  private final Object[] values;

  private LineValues(Map<String, Integer> indexes) {
    this.indexes = indexes;
    this.values = new Object[indexes.size()];
  }

  static LineValues of(List<Column> columns, List<Computed> computed) {
    List<String> names = new ArrayList<>();
    columns.forEach(column -> names.add(column.name()));
    computed.forEach(value -> names.add(value.name()));
    Map<String, Integer> indexes = new HashMap<>();
    names.forEach(name -> indexes.put(name, indexes.size()));
    return new LineValues(indexes);
  }

  void put(int index, Object value) {
    values[index] = value;
  }

  Object at(int index) {
    return values[index];
  }

  @Override
  public Object get(String name) {
    Integer index = indexes.get(name);
    return index == null ? null : values[index];
  }

  @Override
  public boolean has(String name) {
    return indexes.containsKey(name);
  }

  @Override
  public void set(String name, Object value) {
    throw new UnsupportedOperationException("expressions can't assign");
  }
}
