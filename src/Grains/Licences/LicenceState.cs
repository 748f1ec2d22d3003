using Orrery.Interfaces.Licences;

namespace Orrery.Grains.Licences;

sealed class LicenceGrainState
{
    public long Version { get; set; }

    public string Customer { get; set; } = "";

    /// <summary>The newest last.</summary>
    public List<StoredRevision> Revisions { get; set; } = [];

    /// <summary>Up to this revision all are taken back; 0: none.</summary>
    public int RevokedRevision { get; set; }

    public LicenceRevocation? Revocation { get; set; }

    /// <summary>By server.</summary>
    public Dictionary<string, StoredUse> Uses { get; set; } = [];

    /// <summary>The newest last.</summary>
    public List<UsePeak> Peaks { get; set; } = [];
}

sealed record StoredRevision(LicenceRevision Revision, string Text);

sealed record StoredUse(DateTimeOffset At, LicenceUse Use);

sealed class LicenceDirectoryState
{
    /// <summary>By key.</summary>
    public SortedDictionary<string, ListedLicence> Licences { get; set; } = new(StringComparer.Ordinal);
}

/// <param name="Text">Null in the list of all.</param>
sealed record ListedLicence(LicenceSummary Summary, string? Text);

sealed class LicenceSignerState
{
    /// <summary>The one that signs last.</summary>
    public List<StoredKey> Keys { get; set; } = [];
}

/// <param name="Sealed">The private key in PKCS #8, base64, sealed.</param>
/// <param name="Public">Both coordinates, 64 bytes.</param>
sealed record StoredKey(string Id, byte[] Sealed, byte[] Public, string Pem, DateTimeOffset CreatedAt);
