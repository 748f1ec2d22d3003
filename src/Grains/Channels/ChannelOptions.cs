namespace Orrery.Grains.Channels;

/// <summary>What channels may reach and how they work. Section <c>Orrery:Channels</c>.</summary>
public sealed class ChannelOptions
{
    /// <summary>Hosts that sources and stores may be on; <c>*</c> stands for any characters. Default: this machine.</summary>
    public string[] Hosts { get; set; } = ["localhost", "127.0.0.1", "::1"];

    /// <summary>Folders below which files may be landed and read, besides <see cref="LakeFolder"/>. Default: none.</summary>
    public string[] Folders { get; set; } = [];

    /// <summary>Where landed files go when a channel names no store. The host sets it.</summary>
    public string LakeFolder { get; set; } = "";

    /// <summary>How often a channel sees that its work runs. Default 5 s.</summary>
    public TimeSpan WakePeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Pause before work that failed is tried again; it doubles from failure to failure up to <see cref="RetryPauseMax"/>. Default 1 s.</summary>
    public TimeSpan RetryPause { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Default 30 s.</summary>
    public TimeSpan RetryPauseMax { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Length of the windows in which receipts are compared. Fixed once a channel has run. Whole seconds; default 15 s.</summary>
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A source that gave nothing for so long seals its windows by the clock. Default 5 s.</summary>
    public TimeSpan IdleSeal { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a hop reports its receipts. Default 2 s.</summary>
    public TimeSpan ReportPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Bytes at which a batch of restored records is appended. A database's batches are cut by its reader. Default 1 MiB.</summary>
    public int BatchBytes { get; set; } = 1 << 20;

    /// <summary>Dead letters that are read again in one step, 1 to 1,000. Default 1,000.</summary>
    public int ReplayLetters { get; set; } = 1_000;

    /// <summary>Bytes that a lander reads at once. Default 1 MiB.</summary>
    public int ReadBytes { get; set; } = 1 << 20;
}
