using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orrery.Jobs.Certificates;

/// <summary>
/// A certificate with an ECDSA signature (P-256 or the given key's curve, SHA-256) over the UTF-8 bytes of its compact JSON, and the public key that checks it. Whoever knows the key knows that nobody
/// changed the certificate since.
/// </summary>
public sealed record SignedCertificate(Certificate Certificate, string PublicKey, string Signature)
{
    static readonly JsonSerializerOptions Compact = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    static readonly JsonSerializerOptions Indented = new(Compact) { WriteIndented = true };

    public static SignedCertificate Sign(Certificate certificate, ECDsa key) => new(
        certificate,
        Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
        Convert.ToBase64String(key.SignData(JsonSerializer.SerializeToUtf8Bytes(certificate, Compact), HashAlgorithmName.SHA256)));

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is no certificate.</exception>
    public static SignedCertificate Read(string json) => JsonSerializer.Deserialize<SignedCertificate>(json, Compact) ?? throw new JsonException("It is no certificate.");

    /// <summary>The key in a PEM file; made where there is none, for its owner's eyes only.</summary>
    /// <exception cref="ArgumentException">The file holds no such key.</exception>
    public static ECDsa ReadOrMakeKey(string path)
    {
        if (!File.Exists(path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using ECDsa made = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(path, options);
            writer.Write(made.ExportPkcs8PrivateKeyPem());
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            return key;
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new ArgumentException($"The file {path} holds no private key of an elliptic curve in PEM form: {error.Message}");
        }
    }

    /// <summary>Whether the signature is the key's over this certificate. Whose key it is has to be known otherwise.</summary>
    public bool IsGenuine()
    {
        using var key = ECDsa.Create();
        try
        {
            key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(PublicKey), out _);
            return key.VerifyData(JsonSerializer.SerializeToUtf8Bytes(Certificate, Compact), Convert.FromBase64String(Signature), HashAlgorithmName.SHA256);
        }
        catch (Exception error) when (error is FormatException or CryptographicException)
        {
            return false;
        }
    }

    public string ToJson() => JsonSerializer.Serialize(this, Indented);
}
