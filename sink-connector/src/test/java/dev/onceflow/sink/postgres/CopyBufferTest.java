package dev.onceflow.sink.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The binary forms, byte by byte, as PostgreSQL's receive functions read them. */
class CopyBufferTest {
  private static final TargetType INT4 =
      new TargetType(23, Optional.of(ColumnType.INT4), "integer", -1, Optional.empty());

  private static String written(Consumer<CopyBuffer> put) {
    CopyBuffer buffer = new CopyBuffer();
    int from = buffer.size();
    put.accept(buffer);
    return HexFormat.of().formatHex(Arrays.copyOfRange(buffer.finish(), from, buffer.size()));
  }

  @Test
  void arraysNameTheirElementsType() {
    assertThat(
            written(
                out -> {
                  int array = out.beginArray(INT4, 2);
                  out.putInt4(7);
                  out.putNull();
                  out.endArray(array);
                }))
        .isEqualTo(
            "00000020" // length
                + "00000001" // dimensions
                + "00000000" // flags
                + "00000017" // OID of int4
                + "0000000200000001" // two elements from index 1 on
                + "0000000400000007"
                + "ffffffff");
  }

  @Test
  void emptyArraysHaveNoDimension() {
    assertThat(written(out -> out.endArray(out.beginArray(INT4, 0))))
        .isEqualTo("0000000c000000000000000000000017");
  }

  @Test
  void timesCountFromPostgresEpoch() {
    assertThat(written(out -> out.putTimestampMicros(946_684_800_000_001L)))
        .isEqualTo("000000080000000000000001");
    assertThat(written(out -> out.putTimestamp(946_684_800_000L)))
        .isEqualTo("000000080000000000000000");
    assertThat(written(out -> out.putDate(10_957))).isEqualTo("0000000400000000");
  }

  @Test
  void infinityIsTheLastValue() {
    assertThat(written(out -> out.putTimestampMicros(CopyBuffer.INFINITY)))
        .isEqualTo("000000087fffffffffffffff");
    assertThat(written(out -> out.putDate(CopyBuffer.MINUS_INFINITY)))
        .isEqualTo("0000000480000000");
  }

  @Test
  void zonesCountWestwards() {
    assertThat(written(out -> out.putTimetz(1, 3_600)))
        .isEqualTo("0000000c0000000000000001fffff1f0");
  }

  @Test
  void intervalsKeepTheirPartsApart() {
    assertThat(written(out -> out.putInterval(1, 2, 3)))
        .isEqualTo("0000001000000000000000030000000200000001");
  }

  @Test
  void bitsAreFilledUpToBytes() {
    assertThat(written(out -> out.putBits(new byte[] {(byte) 0x80, (byte) 0x80}, 9)))
        .isEqualTo("00000006000000098080");
  }

  @Test
  void addressesNameTheirFamily() {
    assertThat(written(out -> out.putInet(new byte[] {10, 0, 0, 0}, 8, ColumnType.CIDR)))
        .isEqualTo("00000008020801040a000000");
  }

  @Test
  void numbersThatAreNone() {
    assertThat(written(out -> out.putNumeric(Double.NaN))).isEqualTo("0000000800000000c0000000");
    assertThat(written(out -> out.putNumeric(Double.NEGATIVE_INFINITY)))
        .isEqualTo("0000000800000000f0000000");
  }

  @Test
  void numbersOfBillionsOfDigitsAreNotExpanded() {
    assertThatThrownBy(() -> written(out -> out.putNumeric(new BigDecimal("1E+2000000000"))))
        .isInstanceOf(UnfitValueException.class)
        .hasMessage("more than 131072 digits before the point");
  }
}
