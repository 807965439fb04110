package dev.onceflow.sink.record;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Structs in JSON. The fields' forms are made when the first struct comes, and not with this: a
 * schema may hold itself.
 */
final class JsonStruct implements JsonForm {
  private record Member(String field, String quoted, JsonForm form) {}

  private Schema schema;
  private Member[] members;

  @Override
  public void write(Object value, StringBuilder json) {
    Struct struct = (Struct) value;
    if (struct.schema() != schema) {
      members = members(struct.schema().fields());
      schema = struct.schema();
    }
    json.append('{');
    for (int i = 0; i < members.length; i++) {
      json.append(i == 0 ? "" : ",").append(members[i].quoted);
      // A null stays null, whatever the schema's default is.
      JsonParts.writeOrNull(members[i].form, struct.getWithoutDefault(members[i].field), json);
    }
    json.append('}');
  }

  private static Member[] members(List<Field> fields) {
    return fields.stream()
        .map(
            field -> {
              StringBuilder name = new StringBuilder();
              JsonForm.quote(field.name(), name);
              return new Member(
                  field.name(),
                  name.append(':').toString(),
                  JsonForm.of(Optional.of(field.schema())));
            })
        .toArray(Member[]::new);
  }
}
