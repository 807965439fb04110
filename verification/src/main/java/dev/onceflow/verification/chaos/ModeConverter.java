package dev.onceflow.verification.chaos;

import dev.onceflow.verification.cluster.Mode;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Modes by their names, such as {@code at-least-once}. */
final class ModeConverter implements ITypeConverter<Mode> {
  @Override
  public Mode convert(String value) {
    return Arrays.stream(Mode.values())
        .filter(mode -> mode.option().equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "'%s' is no mode: there are %s"
                        .formatted(
                            value,
                            Arrays.stream(Mode.values())
                                .map(Mode::option)
                                .collect(Collectors.joining(", ")))));
  }
}
