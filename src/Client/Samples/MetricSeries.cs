using Orrery.Client.Json;

namespace Orrery.Client;

/// <summary>One series of samples: a metric with its labels. Made by <see cref="OrreryClient.Series(string, IEnumerable{KeyValuePair{string, string}})"/>; keep it and set values: that allocates nothing.</summary>
public sealed class MetricSeries
{
    readonly OrreryClient client;

    // Only the pump touches these: where this series' samples begin and end in the batch being encoded.
    internal int Head, Tail;

    internal MetricSeries(OrreryClient client, string metric, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        this.client = client;
        Metric = metric;
        var json = new JsonBuffer();
        json.BeginObject().Name("metric").String(metric);
        json.Name("labels").Strings(labels);
        json.Name("samples").BeginArray();
        Prefix = json.ToArray();
    }

    /// <summary>The metric's name.</summary>
    public string Metric { get; }

    /// <summary><c>{"metric":..,"labels":{..},"samples":[</c></summary>
    internal byte[] Prefix { get; }

    /// <summary>A value as of now. Never blocks, never throws; false if it was dropped (and counted).</summary>
    public bool Set(double value) => client.Enqueue(this, client.Clock.UnixMilliseconds, value);

    /// <summary>A value at a time in Unix milliseconds. Never blocks, never throws; false if it was dropped (and counted).</summary>
    public bool Set(double value, long unixMilliseconds) => client.Enqueue(this, unixMilliseconds, value);
}
