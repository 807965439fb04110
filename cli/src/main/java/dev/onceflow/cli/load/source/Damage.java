package dev.onceflow.cli.load.source;

import java.util.Arrays;
import java.util.Random;

/** How a record in Confluent's wire format (one magic byte, four of schema ID, Avro) can break. */
public enum Damage {
  /** As many bytes, but noise: what another application wrote into the topic by mistake. */
  RANDOM_BYTES {
    @Override
    public byte[] apply(byte[] whole) {
      byte[] noise = new byte[whole.length];
      new Random(Arrays.hashCode(whole)).nextBytes(noise);
      noise[0] |= 1; // never the magic byte, or the noise would ask the registry for a schema
      return noise;
    }
  },

  /** The first half: the schema can be found, the fields end too early. */
  TRUNCATED {
    @Override
    public byte[] apply(byte[] whole) {
      return Arrays.copyOf(whole, (HEADER_BYTES + whole.length) / 2);
    }
  },

  /** Another first byte: what a serialiser of another format writes. */
  WRONG_MAGIC {
    @Override
    public byte[] apply(byte[] whole) {
      byte[] changed = whole.clone();
      changed[0] = 1;
      return changed;
    }
  };

  private static final int HEADER_BYTES = 5;

  /**
   * The damaged bytes; the same input always gives the same.
   *
   * @param whole a serialised record, which stays as it is
   */
  public abstract byte[] apply(byte[] whole);
}
