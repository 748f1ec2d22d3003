using System.Text.Json;
using Orrery.Interfaces.Ledger;
using Orrery.WebApi.Live;

namespace Orrery.WebApi.Ledger;

/// <summary>What one stream has sent of a channel, and so what is new.</summary>
internal sealed class LiveChannel(ILedgerGrain ledger, int windows)
{
    byte[] sent = [];

    public async Task AskAsync(EventWriter events)
    {
        byte[] now = JsonSerializer.SerializeToUtf8Bytes(await ledger.Get(windows), JsonText.Options);
        if (now.AsSpan().SequenceEqual(sent))
            return;
        sent = now;
        events.WriteJson("channel", now);
    }
}
