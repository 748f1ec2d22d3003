using System.Text;
using System.Text.Json;
using Orrery.Grains.Tags;
using Orrery.Interfaces.News;

namespace Orrery.Grains.News;

/// <summary>
/// Where an article stands with a share of its type's recipients, who are numbers here: a compressed set for each step. To note a step twice changes nothing, so what is tried again after a crash counts once.
/// <code>
/// audience ─┬─ waiting (their hour has not come)
///           ├─ capped (had as many news as they may have)
///           └─ released ─┬─ inbox: sent, then delivered, read, clicked
///                        └─ e-mail, webhook: attempted, then sent or failed; attempted alone after a crash: doubtful
/// </code>
/// </summary>
sealed class NewsMarks
{
    const int Version = 1;
    static readonly NewsChannel[] Channels = Enum.GetValues<NewsChannel>();
    static readonly NewsStep[] Steps = Enum.GetValues<NewsStep>();

    readonly ObjectBitmap[] steps = [.. Enumerable.Range(0, Channels.Length * Steps.Length).Select(static _ => new ObjectBitmap())];

    public required NewsOrder Order { get; set; }

    public bool IsWithdrawn { get; set; }

    /// <summary>The last one that was released; 0: none.</summary>
    public int Wave { get; set; }

    public ObjectBitmap Audience { get; set; } = new();

    /// <summary>Those of the audience who get the other form.</summary>
    public ObjectBitmap Alternative { get; private set; } = new();

    public ObjectBitmap Capped { get; set; } = new();

    public ObjectBitmap Released { get; set; } = new();

    /// <summary>Whose e-mails are being handed over now. Not stored: after a crash nobody knows of them, and they stay doubtful.</summary>
    public ObjectBitmap UnderWay { get; set; } = new();

    /// <summary>Of each zone that is not the schedule's its recipients.</summary>
    public Dictionary<string, ObjectBitmap> Zones { get; } = new(StringComparer.Ordinal);

    /// <summary>Who got it in which minute, in Unix minutes, oldest first: for caps, and for the order of an inbox.</summary>
    public List<(long Minute, ObjectBitmap Recipients)> Times { get; } = [];

    /// <summary>A step of a channel.</summary>
    public ObjectBitmap Step(NewsChannel channel, NewsStep step) => steps[((int)channel * Steps.Length) + (int)step];

    public void SetStep(NewsChannel channel, NewsStep step, ObjectBitmap bitmap) => steps[((int)channel * Steps.Length) + (int)step] = bitmap;

    public bool Has(NewsChannel channel) => Order.Channels.Contains(channel);

    public bool IsRead(int recipient) => Channels.Any(channel => Step(channel, NewsStep.Read).Contains(recipient));

    /// <summary>Those who have it and have not read it in any channel.</summary>
    public ObjectBitmap Unread() => Channels.Aggregate(Released, (left, channel) => ObjectBitmap.Except(left, Step(channel, NewsStep.Read)));

    /// <summary>Those who have it and for whom a channel outside has not ended.</summary>
    public ObjectBitmap Pending(NewsChannel channel) => IsWithdrawn || !Has(channel)
        ? new ObjectBitmap()
        : new[] { Step(channel, NewsStep.Sent), Step(channel, NewsStep.Failed), Step(channel, NewsStep.Unreachable), Doubtful(channel) }.Aggregate(Released, ObjectBitmap.Except);

    ObjectBitmap Doubtful(NewsChannel channel) => channel == NewsChannel.Email ? ObjectBitmap.Except(Step(channel, NewsStep.Doubtful), UnderWay) : Step(channel, NewsStep.Doubtful);

    public ObjectBitmap Waiting => IsWithdrawn ? new ObjectBitmap() : ObjectBitmap.Except(ObjectBitmap.Except(Audience, Released), Capped);

    public NewsFunnel Funnel()
    {
        var rows = new List<NewsFunnelRow>();
        foreach (NewsChannel channel in Order.Channels)
        {
            // What is in an inbox was sent when it was released.
            ObjectBitmap sent = channel is NewsChannel.Portal or NewsChannel.Sdk ? Released : Step(channel, NewsStep.Sent);
            foreach (bool isOther in Order.AlternativePercent > 0 ? new[] { false, true } : [false])
            {
                long Count(ObjectBitmap all) => isOther ? ObjectBitmap.And(all, Alternative).Count : Alternative.Count == 0 ? all.Count : all.Count - ObjectBitmap.And(all, Alternative).Count;
                long At(NewsStep step) => Count(Step(channel, step));
                rows.Add(new NewsFunnelRow(
                    channel, isOther ? "b" : "a", Count(sent), At(NewsStep.Delivered), At(NewsStep.Read), At(NewsStep.Clicked), At(NewsStep.Failed), Count(Doubtful(channel)), At(NewsStep.Unreachable)));
            }
        }

        return new NewsFunnel(Audience.Count, Waiting.Count, Capped.Count, Pending(NewsChannel.Email).Count + Pending(NewsChannel.Webhook).Count, rows, null);
    }

    public byte[] Write()
    {
        var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Version);
        writer.Write(JsonSerializer.Serialize(Order));
        writer.Write(IsWithdrawn);
        writer.Write(Wave);
        foreach (ObjectBitmap bitmap in new[] { Audience, Alternative, Capped, Released }.Concat(steps))
            bitmap.Write(writer);
        writer.Write(Zones.Count);
        foreach ((string zone, ObjectBitmap recipients) in Zones)
        {
            writer.Write(zone);
            recipients.Write(writer);
        }

        writer.Write(Times.Count);
        foreach ((long minute, ObjectBitmap recipients) in Times)
        {
            writer.Write(minute);
            recipients.Write(writer);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <exception cref="InvalidDataException">It is of another version.</exception>
    public static NewsMarks Read(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadInt32() is var version && version != Version)
            throw new InvalidDataException($"Receipts of version {version} cannot be read; this program reads version {Version}.");
        var marks = new NewsMarks
        {
            Order = JsonSerializer.Deserialize<NewsOrder>(reader.ReadString())!, IsWithdrawn = reader.ReadBoolean(), Wave = reader.ReadInt32(),
            Audience = ObjectBitmap.Read(reader), Alternative = ObjectBitmap.Read(reader), Capped = ObjectBitmap.Read(reader), Released = ObjectBitmap.Read(reader),
        };
        for (int step = 0; step < marks.steps.Length; step++)
            marks.steps[step] = ObjectBitmap.Read(reader);
        for (int zones = reader.ReadInt32(); zones > 0; zones--)
            marks.Zones[reader.ReadString()] = ObjectBitmap.Read(reader);
        for (int times = reader.ReadInt32(); times > 0; times--)
            marks.Times.Add((reader.ReadInt64(), ObjectBitmap.Read(reader)));
        return marks;
    }
}
