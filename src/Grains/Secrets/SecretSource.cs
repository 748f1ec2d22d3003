using System.Buffers.Text;
using System.Security.Cryptography;

namespace Orrery.Grains.Secrets;

/// <summary>Where random secrets come from; simulations give a seeded one.</summary>
public abstract class SecretSource
{
    public abstract void Fill(Span<byte> bytes);

    /// <summary>32 random bytes in base64url: 43 characters.</summary>
    public string NextToken()
    {
        Span<byte> bytes = stackalloc byte[32];
        Fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}

/// <summary>The system's source for cryptography.</summary>
public sealed class SystemSecretSource : SecretSource
{
    public override void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
