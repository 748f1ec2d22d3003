namespace Orrery.Log.Files;

/// <summary>An open file of the log. Reads and writes carry positions and may run at the same time.</summary>
public interface ILogFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends; answers how many bytes.</summary>
    int Read(Span<byte> buffer, long position);

    /// <summary>Writes all buffers one after another from a position.</summary>
    void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long position);

    /// <summary>Returns once everything written before is on the disk.</summary>
    void Sync();

    void SetLength(long length);
}
