using Orrery.Client.Json;

namespace Orrery.Client.Samples;

/// <summary>Turns samples into the body of <c>POST /agent/samples</c>, grouped by series in the order they came.</summary>
internal sealed class SampleBatchEncoder(string server)
{
    readonly List<MetricSeries> present = [];

    public void Encode(JsonBuffer json, string batch, PendingSample[] samples, int from, int to)
    {
        Group(samples, from, to);
        json.BeginObject().Name("server").String(server).Name("batch").String(batch).Name("series").BeginArray();
        foreach (MetricSeries series in present)
        {
            json.Raw(series.Prefix).First();
            for (int i = series.Head - 1; i >= 0; i = samples[i].Next)
                json.BeginArray().Number(samples[i].UnixMilliseconds).Number(samples[i].Value).EndArray();
            json.EndArray().EndObject();
            series.Head = 0;
        }
        present.Clear();
        json.EndArray().EndObject();
    }

    /// <summary>Chains each series' samples. Heads are kept plus one, so that the untouched zero means absent.</summary>
    void Group(PendingSample[] samples, int from, int to)
    {
        for (int i = from; i < to; i++)
        {
            MetricSeries series = samples[i].Series;
            samples[i].Next = -1;
            if (series.Head == 0)
            {
                series.Head = i + 1;
                present.Add(series);
            }
            else
                samples[series.Tail].Next = i;
            series.Tail = i;
        }
    }
}
