using Orrery.Sql.Expressions;
using Orrery.Sql.Types;
using static Orrery.Sql.Functions.Definition;
using static Orrery.Sql.Functions.Parameter;

namespace Orrery.Sql.Functions.Texts;

/// <summary>Functions of texts; places and lengths are in characters (code points), places count from 1.</summary>
internal static class TextFunctions
{
    private static SqlType String => SqlType.String;

    public static IEnumerable<CompiledFunction> All() =>
    [
        new ConcatFunction("||", "text || text", 2),
        new ConcatFunction("CONCAT", "CONCAT(text, ...)", FunctionCatalog.ArgumentsMax),
        new ConcatSeparatedFunction(),
        new PatternFunction(false, false), new PatternFunction(false, true), new PatternFunction(true, false), new PatternFunction(true, true),
        Function("CHAR_LENGTH", "CHAR_LENGTH(text)", "How many characters a text has.", Safe(SqlType.Integer, TextValue.Length, Text)),
        Function("OCTET_LENGTH", "OCTET_LENGTH(text | bytes)", "How many bytes a text has in UTF-8, or a binary.", Safe(SqlType.Integer, TextValue.OctetLength, Text), Safe(SqlType.Integer, TextValue.OctetLength, Binary)),
        Function("UPPER", "UPPER(text)", "The text in capitals.", Safe(String, TextValue.Upper, Text)),
        Function("LOWER", "LOWER(text)", "The text in small letters.", Safe(String, TextValue.Lower, Text)),
        Function("INITCAP", "INITCAP(text)", "Each word with a capital first, the rest small.", Safe(String, TextValue.Capitals, Text)),
        new OverloadedFunction("TRIM", "TRIM([BOTH | LEADING | TRAILING] [characters FROM] text)", "The text without spaces, or without any of the characters, at its ends.",
            Safe(String, Trimming.Both, Text), Safe(String, Trimming.Side, Word, Text, Text)) { Checker = CheckSide },
        Function("LTRIM", "LTRIM(text [, characters])", "The text without spaces, or any of the characters, at its start.", Safe(String, Trimming.Left, Text), Safe(String, Trimming.LeftOf, Text, Text)),
        Function("RTRIM", "RTRIM(text [, characters])", "The text without spaces, or any of the characters, at its end.", Safe(String, Trimming.Right, Text), Safe(String, Trimming.RightOf, Text, Text)),
        Function("BTRIM", "BTRIM(text [, characters])", "The text without spaces, or any of the characters, at both ends.", Safe(String, Trimming.Both, Text), Safe(String, Trimming.BothOf, Text, Text)),
        Function("SUBSTRING", "SUBSTRING(text, from [, length])", "The part from a place on, of so many characters; a negative place counts from the end. Also SUBSTRING(text FROM from FOR length).", Safe(String, TextValue.From, Text, Integer), To(String, TextValue.Substring, Text, Integer, Integer)),
        Function("LEFT", "LEFT(text, length)", "The first characters.", Safe(String, TextValue.Left, Text, Integer)),
        Function("RIGHT", "RIGHT(text, length)", "The last characters.", Safe(String, TextValue.Right, Text, Integer)),
        Function("POSITION", "POSITION(part, text)", "Where the part is first in the text; 0: nowhere. Also POSITION(part IN text).", Safe(SqlType.Integer, TextValue.Position, Text, Text)),
        Function("INSTR", "INSTR(text, part)", "Where the part is first in the text; 0: nowhere.", Safe(SqlType.Integer, TextValue.Instr, Text, Text)),
        Function("LOCATE", "LOCATE(part, text [, from])", "Where the part is first in the text, looked for from a place on; 0: nowhere.", Safe(SqlType.Integer, TextValue.Position, Text, Text), Safe(SqlType.Integer, TextValue.Locate, Text, Text, Integer)),
        Function("LPAD", "LPAD(text, length, pad)", "The text filled up at its start with the pad to the length, or cut to it; null for a negative length or an empty pad.", Padding(true)),
        Function("RPAD", "RPAD(text, length, pad)", "The text filled up at its end with the pad to the length, or cut to it; null for a negative length or an empty pad.", Padding(false)),
        Function("REPEAT", "REPEAT(text, times)", "The text so many times.", To(String, TextValue.Repeat, Text, Integer)),
        Function("REPLACE", "REPLACE(text, part, other)", "The text with the other for each of the parts.", To(String, TextValue.Replace, Text, Text, Text)),
        Function("REVERSE", "REVERSE(text)", "The characters from the last to the first.", Safe(String, TextValue.Reverse, Text)),
        Function("SPLIT_INDEX", "SPLIT_INDEX(text, separator, index)", "The part of this index, from 0, between separators; null where there is none.", Safe(String, TextValue.Part, Text, Text, Integer)),
        Function("OVERLAY", "OVERLAY(text, other, from [, length])", "The text with the other for so many characters (as many as the other has) from a place on. Also OVERLAY(text PLACING other FROM from FOR length).",
            To(String, TextValue.Overlay, Text, Text, Integer), To(String, TextValue.OverlayPart, Text, Text, Integer, Integer)),
        Function("TRANSLATE", "TRANSLATE(text, characters, others)", "The text with each of the characters replaced by the other at its place, or left out where there is none.", Safe(String, TextValue.Translate, Text, Text, Text)),
        Function("STARTSWITH", "STARTSWITH(text, part)", "Whether the text begins with the part.", Safe(SqlType.Boolean, TextValue.StartsWith, Text, Text), Safe(SqlType.Boolean, TextValue.StartsWith, Binary, Binary)),
        Function("ENDSWITH", "ENDSWITH(text, part)", "Whether the text ends with the part.", Safe(SqlType.Boolean, TextValue.EndsWith, Text, Text), Safe(SqlType.Boolean, TextValue.EndsWith, Binary, Binary)),
        Function("ASCII", "ASCII(text)", "The number of the first character; 0 for an empty text.", Safe(SqlType.Integer, TextValue.Code, Text)),
        Function("CHR", "CHR(integer)", "The character of this number.", To(String, TextValue.Character, Integer)),
        new RewrittenFunction("ELT", "ELT(index, text, ...)", "The text of this index, from 1; null where there is none.", BindElement, Element),
        Function("IS_ALPHA", "IS_ALPHA(text)", "Whether there are letters alone, at least one.", Safe(SqlType.Boolean, TextValue.IsAlpha, Text)),
        Function("IS_DIGIT", "IS_DIGIT(text)", "Whether there are digits alone, at least one.", Safe(SqlType.Boolean, TextValue.IsDigit, Text)),
        Function("IS_DECIMAL", "IS_DECIMAL(text)", "Whether the text reads as a number.", Safe(SqlType.Boolean, TextValue.IsDecimal, Text)),
        WithPattern("REGEXP", "REGEXP(text, pattern)", "Whether a part of the text is of the regular expression.", To(SqlType.Boolean, Pattern.Matches, Text, Text)),
        WithPattern("REGEXP_EXTRACT", "REGEXP_EXTRACT(text, pattern [, group])", "The first part of the text that is of the regular expression, or its group; null where there is none.",
            To(String, Pattern.Extract, Text, Text), To(String, Pattern.ExtractGroup, Text, Text, Integer)),
        WithPattern("REGEXP_EXTRACT_ALL", "REGEXP_EXTRACT_ALL(text, pattern, group)", "The group of all parts of the text that are of the regular expression, as an array.",
            To(SqlType.ArrayOf(String), Pattern.ExtractAll, Text, Text, Integer)),
        WithPattern("REGEXP_REPLACE", "REGEXP_REPLACE(text, pattern, replacement)", "The text with the replacement, in which $1 is the first group, for each part of the regular expression.", To(String, Pattern.Replace, Text, Text, Text)),
        WithPattern("REGEXP_COUNT", "REGEXP_COUNT(text, pattern)", "How many parts of the text are of the regular expression.", To(SqlType.Integer, Pattern.Count, Text, Text)),
        WithPattern("REGEXP_INSTR", "REGEXP_INSTR(text, pattern)", "Where the first part of the regular expression begins; 0: nowhere.", To(SqlType.Integer, Pattern.Place, Text, Text)),
        WithPattern("REGEXP_SUBSTR", "REGEXP_SUBSTR(text, pattern)", "The first part of the text that is of the regular expression; null where there is none.", To(String, Pattern.Extract, Text, Text)),
        Digest("MD5", Encodings.Md5), Digest("SHA1", Encodings.Sha1), Digest("SHA256", Encodings.Sha256), Digest("SHA384", Encodings.Sha384), Digest("SHA512", Encodings.Sha512),
        Function("SHA2", "SHA2(text, bits)", "The digest of 256, 384 or 512 bits in hexadecimal digits.", To(String, Encodings.Sha2, Text, Integer), To(String, Encodings.Sha2, Binary, Integer)),
        Function("TO_BASE64", "TO_BASE64(text | bytes)", "The bytes of a text or binary in Base64.", To(String, Encodings.ToBase64, Text), To(String, Encodings.ToBase64, Binary)),
        Function("FROM_BASE64", "FROM_BASE64(text)", "The text whose bytes are given in Base64.", To(String, Encodings.FromBase64, Text)),
        Function("URL_ENCODE", "URL_ENCODE(text)", "The text as it stands in a form of the web.", To(String, Encodings.UrlEncode, Text)),
        Function("URL_DECODE", "URL_DECODE(text)", "The text that URL_ENCODE was given.", To(String, Encodings.UrlDecode, Text)),
        Function("PARSE_URL", "PARSE_URL(url, part [, key])", "HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY or USERINFO of an address, or the value of a key of its QUERY; null where it has none.",
            To(String, Encodings.ParseUrl, Text, Text), To(String, Encodings.ParseUrlKey, Text, Text, Text)),
        Function("ENCODE", "ENCODE(text, charset)", "The text's bytes in a character set.", To(SqlType.Binary, Encodings.Encode, Text, Text)),
        Function("DECODE", "DECODE(bytes, charset)", "The text of bytes in a character set.", To(String, Encodings.Decode, Binary, Text)),
    ];

    private static Overload Padding(bool isLeft) => new(_ => String, TextValue.Pad, [Text, Integer, Text], _ => [isLeft]);

    private static OverloadedFunction Digest(string name, Delegate method) =>
        Function(name, $"{name}(text | bytes)", $"The {name} digest of a text's or binary's bytes in hexadecimal digits.", Safe(String, method, Text), Safe(String, method, Binary));

    private static OverloadedFunction WithPattern(string name, string signature, string description, params Overload[] overloads) =>
        new(name, signature, description, overloads) { Checker = CheckPattern };

    private static string? CheckPattern(CallExpression call)
    {
        if (WordOf(call, 1) is not { } pattern) return null;
        try
        {
            Pattern.Make(pattern);
            return null;
        }
        catch (SqlValueException fault)
        {
            return fault.Message;
        }
    }

    private static string? CheckSide(CallExpression call) =>
        call.Arguments.Count == 1 || WordOf(call, 0) is "BOTH" or "LEADING" or "TRAILING" ? null : "its side is BOTH, LEADING or TRAILING.";

    private static FunctionBinding? BindElement(IReadOnlyList<SqlType> types) =>
        types.Count >= 2 && types[0].IsInteger && types.Skip(1).All(type => type.Kind is SqlTypeKind.String or SqlTypeKind.Null)
            ? new FunctionBinding([types[0], .. types.Skip(1).Select(type => String.Nullable(type.IsNullable))], String)
            : null;

    private static BoundExpression Element(IReadOnlyList<BoundExpression> arguments, FunctionBinding binding) => Compilation.ConstantFolder.FoldOne(new CaseExpression(
        new Arguments(arguments.Skip(1).SelectMany((text, index) => (BoundExpression[])
        [
            FunctionCatalog.Resolve("=", [arguments[0], new ConstantExpression(index + 1L, SqlType.BigInt.Nullable(false))]), text,
        ])),
        new ConstantExpression(null, String), binding.Result));
}
