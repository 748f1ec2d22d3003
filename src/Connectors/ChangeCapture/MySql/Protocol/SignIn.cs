using System.Security.Cryptography;
using System.Text;

namespace Orrery.Connectors.ChangeCapture.MySql.Protocol;

/// <summary>What the two sign-in methods compute. Pure.</summary>
internal static class SignIn
{
    public const string Native = "mysql_native_password", CachingSha2 = "caching_sha2_password";

    /// <summary>Bytes of a server's challenge.</summary>
    public const int ChallengeBytes = 20;

    /// <summary>The answer to a challenge; empty for an empty password.</summary>
    /// <exception cref="NotSupportedException">Another method.</exception>
    public static byte[] Answer(string method, string password, ReadOnlySpan<byte> challenge)
    {
        if (method is not (Native or CachingSha2))
            throw new NotSupportedException($"The server asks for the sign-in method '{method}'; {Native} and {CachingSha2} are known. Give the account one of them.");
        if (password.Length == 0) return [];
        byte[] secret = Encoding.UTF8.GetBytes(password);
        return method == Native ? Native20(secret, challenge) : Sha2(secret, challenge);
    }

    /// <summary>A password under a server's public key: zero-terminated, mixed with the challenge, RSA with OAEP and SHA-1.</summary>
    public static byte[] Encrypt(string password, ReadOnlySpan<byte> challenge, string publicKeyText)
    {
        byte[] secret = Encoding.UTF8.GetBytes(password + "\0");
        for (int index = 0; index < secret.Length; index++) secret[index] ^= challenge[index % challenge.Length];
        using var key = RSA.Create();
        key.ImportFromPem(publicKeyText);
        return key.Encrypt(secret, RSAEncryptionPadding.OaepSHA1);
    }

    // The protocol's own method; SHA-1 is what it is defined with.
#pragma warning disable CA5350
    static byte[] Native20(byte[] secret, ReadOnlySpan<byte> challenge)
    {
        byte[] once = SHA1.HashData(secret);
        return Mix(once, SHA1.HashData([.. challenge, .. SHA1.HashData(once)]));
    }
#pragma warning restore CA5350

    static byte[] Sha2(byte[] secret, ReadOnlySpan<byte> challenge)
    {
        byte[] once = SHA256.HashData(secret);
        return Mix(once, SHA256.HashData([.. SHA256.HashData(once), .. challenge]));
    }

    static byte[] Mix(byte[] left, byte[] right)
    {
        for (int index = 0; index < left.Length; index++) left[index] ^= right[index];
        return left;
    }
}
