using System.Security.Cryptography;
using System.Text;

namespace Orrery.Grains.Secrets;

/// <summary>Encrypts secrets that must be read again, such as webhooks' keys, before they are stored: AES-256-GCM with the installation's key.</summary>
public sealed class SecretBox
{
    public const int KeyBytes = 32;
    const byte Version = 1;
    const int NonceBytes = 12;
    const int TagBytes = 16;

    readonly byte[] key;
    readonly SecretSource secrets;

    /// <param name="key">32 bytes, kept outside of the grain storage.</param>
    /// <param name="secrets">Where nonces come from.</param>
    public SecretBox(ReadOnlySpan<byte> key, SecretSource secrets)
    {
        if (key.Length != KeyBytes)
            throw new ArgumentException($"The key has {key.Length} bytes; it must have {KeyBytes}.", nameof(key));
        this.key = key.ToArray();
        this.secrets = secrets;
    }

    /// <param name="secret">The text to keep.</param>
    /// <param name="purpose">What it is for; it opens only with the same purpose.</param>
    public byte[] Seal(string secret, string purpose)
    {
        byte[] plain = Encoding.UTF8.GetBytes(secret);
        byte[] box = new byte[1 + NonceBytes + TagBytes + plain.Length];
        box[0] = Version;
        var nonce = box.AsSpan(1, NonceBytes);
        secrets.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, box.AsSpan(1 + NonceBytes + TagBytes), box.AsSpan(1 + NonceBytes, TagBytes), Encoding.UTF8.GetBytes(purpose));
        return box;
    }

    /// <exception cref="CryptographicException">The box was sealed with another key or purpose, or is damaged.</exception>
    public string Open(ReadOnlySpan<byte> box, string purpose)
    {
        if (box.Length < 1 + NonceBytes + TagBytes || box[0] != Version)
            throw new CryptographicException($"These {box.Length} bytes are no sealed secret of version {Version}.");
        byte[] plain = new byte[box.Length - 1 - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(box.Slice(1, NonceBytes), box[(1 + NonceBytes + TagBytes)..], box.Slice(1 + NonceBytes, TagBytes), plain, Encoding.UTF8.GetBytes(purpose));
        return Encoding.UTF8.GetString(plain);
    }
}
