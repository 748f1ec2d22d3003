using Orrery.Interfaces.Keys;

namespace Orrery.Grains.Keys;

sealed class ApiKeyState
{
    public ApiKeyInfo? Info { get; set; }

    /// <summary>SHA-256 of the secret's UTF-8. The secret has 128 random bits or more, so that a slow hash would add nothing.</summary>
    public byte[] SecretHash { get; set; } = [];

}

sealed class ApiKeyDirectoryState
{
    public List<ApiKeyInfo> Keys { get; set; } = [];
}
