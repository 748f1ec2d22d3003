namespace Orrery.Runtime;

/// <summary>The stable name of a grain class, as stored with its state: the class name in lower case without "Grain", or what <see cref="GrainTypeAttribute"/> says.</summary>
public readonly record struct GrainType
{
    private readonly string? _value;

    private GrainType(string value) => _value = value;

    public static GrainType Create(string value) => new(value);

    public override string ToString() => _value ?? "";
}

/// <summary>The key part of a grain's identity.</summary>
public readonly record struct IdSpan
{
    private readonly string? _value;

    private IdSpan(string value) => _value = value;

    public static IdSpan Create(string id) => new(id);

    public override string ToString() => _value ?? "";
}

/// <summary>Who a grain is: its type and its key. Written as <c>type/key</c>.</summary>
public readonly record struct GrainId(GrainType Type, IdSpan Key)
{
    public GrainType Type { get; } = Type;

    public IdSpan Key { get; } = Key;

    public static GrainId Create(string type, string key) => new(GrainType.Create(type), IdSpan.Create(key));

    public override string ToString() => $"{Type}/{Key}";
}
