namespace Orrery.Client.Spool;

/// <summary>One file of the buffer folder.</summary>
internal sealed class Segment(ulong id, string path, FileStream file) : IDisposable
{
    public ulong Id { get; } = id;

    public string Path { get; } = path;

    public FileStream File { get; } = file;

    /// <summary>Bytes that hold whole records.</summary>
    public long Length { get; set; }

    /// <summary>Records that the cloud has not taken yet.</summary>
    public int Live { get; set; }

    public void Dispose() => File.Dispose();
}
