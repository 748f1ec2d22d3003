using System.Text;
using Orrery.Interfaces.Health;

namespace Orrery.Grains.Health.Intake;

/// <summary>What the intake knows of one server: what it was given, and what of it is not stored yet.</summary>
sealed class ServerCursor(string server, IServerHealthGrain grain)
{
    public string Server { get; } = server;

    public IServerHealthGrain Grain { get; } = grain;

    /// <summary>The key of its records in the log.</summary>
    public byte[] RecordKey { get; } = Encoding.UTF8.GetBytes(server);

    /// <summary>Offset of the first record that it has not stored, or -1.</summary>
    public long First { get; private set; } = -1;

    /// <summary>Offset of the newest record that it was given.</summary>
    public long Last { get; private set; } = -1;

    /// <summary>When <see cref="First"/> was given, the silo's clock.</summary>
    public DateTimeOffset FirstAt { get; private set; }

    /// <summary>Bytes that the intake had handed on before <see cref="First"/>.</summary>
    public long BytesBefore { get; private set; }

    /// <summary>A call to it that has not ended; the next one waits for it, so that it sees offsets in order.</summary>
    public Task? Running { get; set; }

    /// <summary>A call failed: it is given its records again from <see cref="First"/> through <see cref="Last"/>, and nothing newer before that.</summary>
    public bool IsBehind { get; private set; }

    public bool IsCatchingUp { get; set; }

    public bool IsStoring { get; set; }

    public bool IsIdle => First < 0 && !IsBehind && Running is null;

    /// <summary>A record was given, or has to be.</summary>
    public void Note(long offset, DateTimeOffset now, long bytesBefore)
    {
        Last = offset;
        if (First >= 0)
            return;
        First = offset;
        FirstAt = now;
        BytesBefore = bytesBefore;
    }

    /// <summary>The server has stored everything up to an offset.</summary>
    public void NoteStored(long offset, DateTimeOffset now, long bytesBefore)
    {
        if (First < 0 || offset < First)
            return;
        if (offset >= Last && !IsBehind)
        {
            First = -1;
            return;
        }

        First = offset + 1;
        FirstAt = now;
        BytesBefore = bytesBefore;
    }

    /// <summary>The newest record did not reach it, or it has lost earlier ones that it had not stored.</summary>
    public void FallBehind() => IsBehind = true;

    public void CaughtUp() => IsBehind = false;
}
