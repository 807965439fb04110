package dev.onceflow.verification.chaos;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Constants by their names as people write them: in lower case, with hyphens. */
abstract class NamedConverter<E extends Enum<E>> implements ITypeConverter<E> {
  private final Class<E> type;

  NamedConverter(Class<E> type) {
    this.type = type;
  }

  @Override
  public E convert(String value) {
    return Arrays.stream(type.getEnumConstants())
        .filter(each -> ChaosOptions.lower(each).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is none of %s"
                        .formatted(
                            value,
                            Arrays.stream(type.getEnumConstants())
                                .map(ChaosOptions::lower)
                                .collect(Collectors.joining(", ")))));
  }
}
