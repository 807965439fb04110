package dev.onceflow.cli.audit.certificate;

import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ed25519 keys in PEM, as {@code openssl genpkey -algorithm ed25519} and {@code openssl pkey
 * -pubout} write them: PKCS#8 without a password, and SubjectPublicKeyInfo. No message holds any
 * part of a key.
 */
public final class PemKeys {
  private static final String ALGORITHM = "Ed25519";

  private PemKeys() {}

  /**
   * The key to sign with.
   *
   * @throws UserException if the file holds no such key
   */
  public static PrivateKey privateKey(Path file) {
    byte[] key = decoded(file, "PRIVATE KEY", "openssl genpkey -algorithm ed25519 -out " + file);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(key));
    } catch (GeneralSecurityException e) {
      // Not as a cause: its message might say something of the key.
      throw new UserException(file + " holds no Ed25519 key in PKCS#8.");
    }
  }

  /**
   * The key to verify with.
   *
   * @throws UserException if the file holds no such key
   */
  public static PublicKey publicKey(Path file) {
    byte[] key = decoded(file, "PUBLIC KEY", "openssl pkey -in KEY -pubout -out " + file);
    try {
      return KeyFactory.getInstance(ALGORITHM).generatePublic(new X509EncodedKeySpec(key));
    } catch (GeneralSecurityException e) {
      throw new UserException(file + " holds no Ed25519 public key.", e);
    }
  }

  private static byte[] decoded(Path file, String label, String made) {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new UserException("Key file %s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
    Matcher pem =
        Pattern.compile("-----BEGIN " + label + "-----([^-]*)-----END " + label + "-----")
            .matcher(text);
    if (!pem.find()) {
      throw new UserException(
          "%s holds no -----BEGIN %s-----: expected what '%s' writes."
              .formatted(file, label, made));
    }
    try {
      return Base64.getMimeDecoder().decode(pem.group(1));
    } catch (IllegalArgumentException e) {
      throw new UserException(file + " is no PEM: what stands inside is not base64.");
    }
  }
}
