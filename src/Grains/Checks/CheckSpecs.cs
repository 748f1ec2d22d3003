using System.Globalization;
using Orrery.Grains.Channels;
using Orrery.Grains.Input;
using Orrery.Interfaces;
using Orrery.Interfaces.Checks;
using Orrery.Interfaces.Errors;

namespace Orrery.Grains.Checks;

/// <summary>Checks what a check is to be, against the bounds and what the administrator allows.</summary>
static class CheckSpecs
{
    public const string MySql = "mysql", PostgreSql = "postgresql", Purpose = "check source";
    const int DescriptionLengthMax = 500, ConnectionLengthMax = 4_000, ResultsMax = 1_000, NameLengthMax = 200, MinutesMax = 1_440, PatienceMax = 600;

    /// <summary>The spec as it is kept: without its secret.</summary>
    /// <exception cref="InvalidInputException">A field cannot be used.</exception>
    public static CheckSpec Check(CheckSpec spec, bool hasConnection, ChannelOptions channels)
    {
        if (spec.Kind is not ("" or MySql or PostgreSql))
            throw new InvalidInputException("kind", $"'{spec.Kind}' is no kind of database that checks read; there are {MySql} and {PostgreSql}.");
        if (spec.Channel is { } channel)
            EntityKeys.CheckPart("channel", channel);
        if (spec.Connection is { } connection)
        {
            if (connection.Length is 0 or > ConnectionLengthMax)
                throw new InvalidInputException("connection", $"The connection has {connection.Length} characters; give it 1 to {ConnectionLengthMax}.");
            if (spec.Kind.Length == 0)
                throw new InvalidInputException("kind", $"A connection is given and not of what kind it is: {MySql} or {PostgreSql}.");
            ChannelSpecs.CheckHost("connection", SourceConnections.HostOf(spec.Kind, connection), channels);
        }
        else if (spec.Kind.Length > 0 && !hasConnection)
        {
            throw new InvalidInputException("connection", $"The kind is {spec.Kind} and there is no connection. Give it one, which is stored sealed; or leave out the kind, and the channel's is used.");
        }

        if (spec.Results.Length > ResultsMax)
            throw new InvalidInputException("results", $"{spec.Results.Length} results are named; at most {ResultsMax} can be. Leave them out to compare all.");
        if (spec.Results.FirstOrDefault(static name => name.Length is 0 or > NameLengthMax) is { } wrong)
            throw new InvalidInputException("results", $"A name of {wrong.Length} characters is no view's.");
        if (spec is { EveryMinutes: not null, At: not null })
            throw new InvalidInputException("at", "A check runs every so many minutes or at a time of the day, not both. Make two checks.");
        if (spec.EveryMinutes is < 1 or > MinutesMax)
            throw new InvalidInputException("everyMinutes", $"everyMinutes is {spec.EveryMinutes}; it must be 1 to {MinutesMax}.");
        if (spec.At is { } at && !TimeOnly.TryParseExact(at, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            throw new InvalidInputException("at", $"'{at}' is no time of the day. Write hours and minutes, such as 03:30.");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(spec.TimeZone, out _))
            throw new InvalidInputException("timeZone", $"'{spec.TimeZone}' is no time zone. Write its IANA name, such as Asia/Shanghai.");
        if (spec.PatienceSeconds is < 0 or > PatienceMax)
            throw new InvalidInputException("patienceSeconds", $"patienceSeconds is {spec.PatienceSeconds}; it must be 0 to {PatienceMax}.");
        return spec with
        {
            Description = InputChecks.Text("description", spec.Description, DescriptionLengthMax), Connection = null,
        };
    }
}
