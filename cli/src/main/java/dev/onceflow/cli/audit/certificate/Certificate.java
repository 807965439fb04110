package dev.onceflow.cli.audit.certificate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.onceflow.cli.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.util.Base64;
import java.util.HexFormat;

/**
 * What an audit says: JSON by the schema {@code certificate.schema.json} beside this class. A
 * signature covers everything but itself, in canonical form, so a certificate may be laid out anew
 * and stays valid.
 *
 * @param json the certificate; not changed once it is here
 */
public record Certificate(ObjectNode json) {
  /** What {@code format} says. */
  public static final String FORMAT = "onceflow-audit/1";

  private static final String ALGORITHM = "Ed25519";
  private static final String SIGNATURE = "signature";
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a file.
   *
   * @throws UserException if it is no certificate
   */
  public static Certificate read(Path file) {
    try {
      JsonNode json = JSON.readTree(Files.readString(file, StandardCharsets.UTF_8));
      if (json instanceof ObjectNode object && FORMAT.equals(json.path("format").textValue())) {
        return new Certificate(object);
      }
      throw new UserException(
          "%s has format %s: expected a certificate of 'onceflow audit', format %s."
              .formatted(file, json.path("format"), FORMAT));
    } catch (JsonProcessingException e) {
      throw new UserException("%s is not JSON: %s.".formatted(file, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new UserException("%s can't be read: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes it, whole or not at all. */
  public void write(Path file) {
    Path absolute = file.toAbsolutePath();
    Path partial = absolute.resolveSibling(absolute.getFileName() + ".partial");
    try {
      Files.writeString(partial, text(), StandardCharsets.UTF_8);
      Files.move(partial, absolute, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UserException(
          "Certificate %s can't be written: %s.".formatted(file, e.getMessage()), e);
    }
  }

  /** The certificate, laid out for people. */
  public String text() {
    return json.toPrettyString() + System.lineSeparator();
  }

  /** SHA-256 of the canonical form, signature and all: what a later certificate names it by. */
  public String fingerprint() {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(CanonicalJson.bytes(json)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The same with a signature. */
  public Certificate signed(PrivateKey key) {
    try {
      Signature signer = Signature.getInstance(ALGORITHM);
      signer.initSign(key);
      signer.update(signedBytes());
      ObjectNode signed = json.deepCopy();
      signed
          .putObject(SIGNATURE)
          .put("algorithm", ALGORITHM)
          .put("value", Base64.getEncoder().encodeToString(signer.sign()));
      return new Certificate(signed);
    } catch (GeneralSecurityException e) {
      throw new UserException("The certificate can't be signed: " + e.getMessage(), e);
    }
  }

  /** Whether there is a signature. */
  public boolean isSigned() {
    return json.path(SIGNATURE).isObject();
  }

  /** Whether the signature is this key's, over what the certificate says now. */
  public boolean isSignedBy(PublicKey key) {
    JsonNode signature = json.path(SIGNATURE);
    if (!ALGORITHM.equals(signature.path("algorithm").textValue())) {
      return false;
    }
    try {
      Signature verifier = Signature.getInstance(ALGORITHM);
      verifier.initVerify(key);
      verifier.update(signedBytes());
      return verifier.verify(Base64.getDecoder().decode(signature.path("value").asText()));
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      // A signature that can't be one isn't this key's.
      return false;
    }
  }

  private byte[] signedBytes() {
    return CanonicalJson.bytes(json.deepCopy().without(SIGNATURE));
  }
}
