package dev.onceflow.cli.fence;

import picocli.CommandLine.ITypeConverter;

/** For picocli. */
final class OffsetConverter implements ITypeConverter<OffsetChoice> {
  OffsetConverter() {}

  @Override
  public OffsetChoice convert(String value) {
    return OffsetChoice.parse(value);
  }
}
