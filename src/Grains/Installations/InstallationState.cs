namespace Orrery.Grains.Installations;

sealed class InstallationState
{
    /// <summary>Of the key that opens sealed secrets.</summary>
    public string? KeyFingerprint { get; set; }

    /// <summary>Which process brought it, for messages.</summary>
    public string? KeyFrom { get; set; }

    /// <summary>Identity of the log's directory.</summary>
    public string? LogId { get; set; }

    public string? LogFrom { get; set; }

    public int? IntakePartitions { get; set; }
}
