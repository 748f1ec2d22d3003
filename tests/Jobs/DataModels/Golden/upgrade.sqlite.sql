
-- foreign keys rest while tables change places
PRAGMA foreign_keys = OFF;

-- clients is called customers
ALTER TABLE "clients" RENAME TO "customers";

-- table order_lines: 销售订单分录
CREATE TABLE "order_lines" ("order_id" INTEGER NOT NULL, "line" INTEGER32 NOT NULL, "material" VARCHAR(30) NOT NULL, "quantity" DECIMAL_TEXT(18,4) NOT NULL, "price" DECIMAL_TEXT(18,4) NOT NULL, "amount" DECIMAL_TEXT(38,8) GENERATED ALWAYS AS ("quantity" * "price") STORED, PRIMARY KEY ("order_id", "line"), CONSTRAINT "order_lines_quantity" CHECK ("quantity" <> 0), CONSTRAINT "order_lines_order" FOREIGN KEY ("order_id") REFERENCES "orders" ("id") ON DELETE CASCADE, CONSTRAINT "order_lines_material" FOREIGN KEY ("material") REFERENCES "materials" ("number"));

-- customers is made anew; lost: column fax, what of name does not fit VARCHAR(100)
-- DESTRUCTIVE: what this takes away is gone; left out without --allow-destructive
-- CREATE TABLE "orrery_new_customers" ("id" INTEGER  NOT NULL PRIMARY KEY, "code" VARCHAR(20) NOT NULL, "name" VARCHAR(100) NOT NULL, "level" INTEGER16 DEFAULT 1 NOT NULL, "is_active" BOOLEAN DEFAULT 1 NOT NULL, "credit" DECIMAL_TEXT(18,2) DEFAULT 0 NOT NULL, "created" DATETIME(3) DEFAULT CURRENT_TIMESTAMP NOT NULL, CONSTRAINT "customers_level" CHECK ("level" BETWEEN 1 AND 5), CONSTRAINT "customers_credit" CHECK ("credit" >= 0));

-- DESTRUCTIVE: what this takes away is gone; left out without --allow-destructive
-- INSERT INTO "orrery_new_customers" ("id", "code", "name", "level", "is_active", "credit", "created") SELECT "id", "code", "name", "level", "is_active", COALESCE("credit", 0), "created" FROM "customers";

-- DESTRUCTIVE: what this takes away is gone; left out without --allow-destructive
-- DROP TABLE "customers";

-- DESTRUCTIVE: what this takes away is gone; left out without --allow-destructive
-- ALTER TABLE "orrery_new_customers" RENAME TO "customers";

-- DESTRUCTIVE: what this takes away is gone; left out without --allow-destructive
-- CREATE UNIQUE INDEX "customers_code" ON "customers" ("code");

-- materials is made anew
CREATE TABLE "orrery_new_materials" ("number" VARCHAR(30) NOT NULL, "name" VARCHAR(200) NOT NULL, "unit" VARCHAR(10) DEFAULT 'PCS' NOT NULL, "price" DECIMAL_TEXT(18,4) NULL, "properties" JSON_TEXT NULL, "photo" BLOB NULL, "mark" UUID NULL, PRIMARY KEY ("number"), CONSTRAINT "materials_unit" FOREIGN KEY ("unit") REFERENCES "units" ("code"));

INSERT INTO "orrery_new_materials" ("number", "name", "unit", "price", "properties", "photo", "mark") SELECT "number", "title", "unit", "price", "properties", "photo", "mark" FROM "materials";

DROP TABLE "materials";

ALTER TABLE "orrery_new_materials" RENAME TO "materials";

-- orders is made anew
CREATE TABLE "orrery_new_orders" ("id" INTEGER  NOT NULL PRIMARY KEY, "number" VARCHAR(30) NOT NULL, "customer" INTEGER NOT NULL, "day" DATE DEFAULT CURRENT_DATE NOT NULL, "status" VARCHAR(1) DEFAULT 'Z' NOT NULL, "note" TEXT NULL, CONSTRAINT "orders_status" CHECK ("status" IN ( 'Z' , 'A' , 'B' , 'C' )), CONSTRAINT "orders_customer" FOREIGN KEY ("customer") REFERENCES "customers" ("id") ON DELETE RESTRICT);

INSERT INTO "orrery_new_orders" ("id", "number", "customer", "day", "note") SELECT "id", "number", "customer", "day", "note" FROM "orders";

DROP TABLE "orders";

ALTER TABLE "orrery_new_orders" RENAME TO "orders";

CREATE UNIQUE INDEX "orders_number" ON "orders" ("number");

CREATE INDEX "orders_customer_day" ON "orders" ("customer", "day");

-- table old_faxes goes
-- DESTRUCTIVE: what this takes away is gone; left out without --allow-destructive
-- DROP TABLE "old_faxes";

-- rows of units
INSERT INTO "units" ("code", "name") VALUES ('BOX', '箱''s');

-- row code=PCS of units
UPDATE "units" SET "name" = '件' WHERE "code" = 'PCS';
