using Orrery.Interfaces.Configuration;

namespace Orrery.WebApi.Configuration;

/// <summary>One server's stream: what waits to be written to it. A newer value of a document takes the place of one that waits, so a slow reader holds one value of each and no more; the bytes are shared with all who get the same.</summary>
internal sealed class ConfigurationConnection(ConfigurationReader reader, string[] have)
{
    static readonly byte[] Heartbeat = ": alive\n\n"u8.ToArray();

    readonly byte[]?[] waiting = new byte[]?[have.Length];
    readonly bool[] hadNews = new bool[have.Length];
    readonly string[] told = have;
    TaskCompletionSource? sleeping;
    bool isBeatDue, isEnded;

    public ConfigurationReader Reader => reader;

    public void Offer(int document, string digest, byte[] bytes, bool isFirst)
    {
        lock (told)
        {
            // What was asked for at the start comes behind news that were faster.
            if (isFirst && hadNews[document])
                return;
            hadNews[document] |= !isFirst;
            if (told[document] == digest)
                return;
            (told[document], waiting[document]) = (digest, bytes);
            Wake();
        }
    }

    public void Beat()
    {
        lock (told)
        {
            isBeatDue = true;
            Wake();
        }
    }

    public void End()
    {
        lock (told)
        {
            isEnded = true;
            Wake();
        }
    }

    /// <summary>What is to be written now.</summary>
    /// <param name="bytes">Room for as many as there are documents, and one.</param>
    /// <param name="count">How many there are.</param>
    /// <returns>Null: the stream ends; else when there is more.</returns>
    public Task? Take(byte[][] bytes, out int count)
    {
        lock (told)
        {
            count = 0;
            for (int document = 0; document < waiting.Length; document++)
                if (waiting[document] is { } value)
                    (bytes[count++], waiting[document]) = (value, null);
            if (count == 0 && isBeatDue)
                bytes[count++] = Heartbeat;
            isBeatDue = false;
            if (isEnded)
                return null;
            return count > 0 ? Task.CompletedTask : (sleeping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    void Wake()
    {
        sleeping?.TrySetResult();
        sleeping = null;
    }
}
