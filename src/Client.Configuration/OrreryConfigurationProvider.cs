using Microsoft.Extensions.Configuration;

namespace Orrery.Client.Configuration;

/// <summary>A client's values as keys. Values come as lines of names and values, so this needs nothing to take them apart.</summary>
/// <param name="client">Is run by this and disposed with it.</param>
/// <param name="documents">Later ones go before earlier ones.</param>
/// <param name="startTimeout">How long the first load waits for a document that was never received.</param>
public sealed class OrreryConfigurationProvider(ConfigurationClient client, IReadOnlyList<string> documents, TimeSpan startTimeout) : ConfigurationProvider, IDisposable
{
    readonly CancellationTokenSource ending = new();
    readonly ManualResetEventSlim complete = new();
    Task? running;

    /// <inheritdoc/>
    public override void Load()
    {
        if (running is null)
        {
            client.Changed += Take;
            running = Task.Run(() => client.RunAsync(ending.Token));
            if (documents.Any(document => client.Find(document) is null))
                complete.Wait(startTimeout);
        }

        Data = Read();
    }

    /// <summary>Ends the client.</summary>
    public void Dispose()
    {
        ending.Cancel();
        client.Dispose();
        complete.Dispose();
    }

    void Take(ConfigurationValue value)
    {
        Data = Read();
        if (ending.IsCancellationRequested)
            return;
        if (documents.All(document => client.Find(document) is not null))
            complete.Set();
        OnReload();
    }

    Dictionary<string, string?> Read()
    {
        var read = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (string document in documents)
            if (client.Find(document) is { } value)
                foreach (string line in value.Text.Split('\n'))
                    if (PropertyLine.Read(line) is { } pair)
                        read[pair.Key] = pair.Value;
        return read;
    }
}
