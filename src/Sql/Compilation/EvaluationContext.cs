using Orrery.Sql.Rows;

namespace Orrery.Sql.Compilation;

/// <summary>What compiled code works with besides its rows. One thread at a time; an operator or a worker has one and reuses it.</summary>
/// <param name="arena">Where projections make their rows.</param>
public sealed class EvaluationContext(RowArena arena) : IDisposable
{
    /// <summary>Bytes that the values between of one row may take: 256 MiB.</summary>
    public const long ScratchBytesMax = 256 * 1024 * 1024;

    /// <summary>Where projections make their rows; may be another one for the next call.</summary>
    public RowArena Arena { get; set; } = arena;

    /// <summary>The clock of the epoch, in microseconds since 1970-01-01T00:00Z: what NOW() gives.</summary>
    public long NowMicroseconds { get; set; }

    /// <summary>Values between, such as the text that a function makes for another; each compiled call begins by giving it back.</summary>
    internal RowArena Scratch { get; } = new(ScratchBytesMax);

    /// <summary>Buffers that functions share.</summary>
    internal FunctionState State { get; } = new();

    public void Dispose() => Scratch.Dispose();
}
