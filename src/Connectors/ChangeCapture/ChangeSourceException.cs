namespace Orrery.Connectors.ChangeCapture;

/// <summary>Why a source cannot be read on.</summary>
public enum ChangeSourceFault
{
    /// <summary>Not reachable within the bound, or sign-in refused.</summary>
    Unreachable,

    /// <summary>A right or a setting is missing at the database.</summary>
    Settings,

    /// <summary>The position is not kept any more: take a new snapshot.</summary>
    PositionLost,

    /// <summary>Bytes that are damaged or of an unknown form.</summary>
    Format,

    /// <summary>The table's definition and its rows disagree.</summary>
    Schema,

    /// <summary>A value that cannot be carried.</summary>
    Value,
}

/// <summary>A source cannot be read on from its position.</summary>
public sealed class ChangeSourceException(ChangeSourceFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public ChangeSourceFault Fault { get; } = fault;
}
