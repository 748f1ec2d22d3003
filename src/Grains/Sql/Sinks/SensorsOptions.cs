using System.Globalization;
using Orrery.Interfaces.Errors;
using Orrery.Sql.Catalogs;
using Orrery.Sql.Types;

namespace Orrery.Grains.Sql.Sinks;

/// <summary>What a sink of events for Sensors Analytics is told in its table's WITH.</summary>
/// <param name="Event">Place of the column with the event's name, option <c>event</c>; default: the column <c>event</c>.</param>
/// <param name="DistinctId">Of the one that says whose event it is, option <c>distinct-id</c>; default: <c>distinct_id</c>.</param>
/// <param name="Time">Of the time, option <c>time</c>; default: <c>event_time</c>.</param>
/// <param name="Zone">Of times without a zone, option <c>time-zone</c>; default UTC.</param>
/// <param name="BatchRows">Events in one request, option <c>batch-rows</c>, 1 to 1,000; default 100.</param>
sealed record SensorsOptions(int Event, int DistinctId, int Time, TimeZoneInfo Zone, int BatchRows)
{
    const int BatchRowsDefault = 100, BatchRowsMax = 1_000;

    /// <exception cref="InvalidInputException">An option cannot be used, or names a column that is not there.</exception>
    public static SensorsOptions Of(Relation relation)
    {
        int time = Column(relation, "time", "event_time");
        if (relation.Schema[time].Type.Kind is not (SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz))
            throw Wrong(relation, "time", relation.Schema[time].Name, "the name of a column of the type TIMESTAMP");
        return new SensorsOptions(Column(relation, "event", "event"), Column(relation, "distinct-id", "distinct_id"), time, ZoneOf(relation), Rows(relation));
    }

    static int Column(Relation relation, string key, string otherwise)
    {
        string name = Option(relation, key, otherwise);
        int place = relation.Schema.IndexOf(name);
        return place >= 0 && !relation.Computed.ContainsKey(place) ? place : throw Wrong(relation, key, name, "the name of a column of the table");
    }

    static TimeZoneInfo ZoneOf(Relation relation)
    {
        string name = Option(relation, "time-zone", "UTC");
        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : throw Wrong(relation, "time-zone", name, "a time zone of this machine, such as Asia/Shanghai");
    }

    static int Rows(Relation relation)
    {
        string text = Option(relation, "batch-rows", BatchRowsDefault.ToString(CultureInfo.InvariantCulture));
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int rows) && rows is >= 1 and <= BatchRowsMax ? rows : throw Wrong(relation, "batch-rows", text, $"1 to {BatchRowsMax}");
    }

    static string Option(Relation relation, string key, string otherwise) => relation.Options.TryGetValue(key, out string? value) && value.Length > 0 ? value : otherwise;

    static InvalidInputException Wrong(Relation relation, string key, string value, string allowed) => new("text", $"Table '{relation.Name}': the option '{key}' is '{value}'; it can be {allowed}.");
}
